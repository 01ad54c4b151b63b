"""What a person is told when a request cannot be answered: words under `problem_<code>`."""

from types import MappingProxyType


class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """A request that is refused; `code` names the words, `values` fill them."""

    def __init__(self, status: int, code: str, **values: object) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.values = MappingProxyType(values)
