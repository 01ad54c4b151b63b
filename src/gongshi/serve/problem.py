"""What a visitor is told when a request cannot be answered: one exception, RFC 9457 on the wire.

The words are in `templates/messages.yml` under `problem_<code>` and `problem_<code>_text`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

MEDIA_TYPE = "application/problem+json; charset=utf-8"


class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """A request that is refused or fails; `code` names the words, `values` fill them."""

    def __init__(
        self, status: int, code: str, *, headers: Mapping[str, str] | None = None, **values: object
    ) -> None:
        super().__init__(f"{status} {code} {values or ''}".strip())
        self.status = status
        self.code = code
        self.headers: Mapping[str, str] = MappingProxyType(dict(headers or {}))
        self.values: Mapping[str, object] = MappingProxyType(values)

    def document(self, title: str, detail: str) -> dict[str, Any]:
        """Return the problem+json document, in the words given."""
        return {
            "type": f"/docs#problem-{self.code}",
            "title": title,
            "status": self.status,
            "detail": detail,
            "code": self.code,
        }


def wants_json(path: str) -> bool:
    """Say whether a path is read by programs, so that its problems are JSON.

    >>> wants_json("/api/v1/lists"), wants_json("/public/penalties.json"), wants_json("/search")
    (True, True, False)
    """
    return path.startswith("/api/") or path.endswith(".json")
