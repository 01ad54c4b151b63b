"""Who may sign in: tokens of agencies and of operators, of which only a hash is kept.

A token is 256 random bits, so that a plain hash of it cannot be tried out. `var/desk-tokens.json`
(mode 0600) says whose it is, since when, and whether it was revoked.
"""

import fcntl
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from gongshi.errors import UsageError
from gongshi.site import write_atomically

FILE = "desk-tokens.json"
_PREFIX = "gongshi-"
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One token: an agency's, or, without agency, that of the operator named in `holder`."""

    id: str
    agency: str
    holder: str
    sha256: str
    created_on: str
    revoked_on: str | None = None

    @property
    def is_operator(self) -> bool:
        """Whether its holder sees every agency's batches and may approve them."""
        return not self.agency


def issue(var: Path, *, agency: str = "", holder: str = "", today: date) -> tuple[Token, str]:
    """Make a token, keep its hash, and return both; the token itself is told this once."""
    secret = _PREFIX + secrets.token_urlsafe(32)
    with _locked(var):
        known = listed(var)
        token = Token(
            id=_free_id({one.id for one in known}),
            agency=agency,
            holder=holder,
            sha256=_hash(secret),
            created_on=today.isoformat(),
        )
        _write(var, [*known, token])
    return token, secret


def revoke(var: Path, token_id: str, *, today: date) -> Token:
    """Make a token useless, at once also for those who are signed in with it.

    Raises:
        UsageError: there is no such token, or it was revoked before.
    """
    with _locked(var):
        known = listed(var)
        found = next((one for one in known if one.id == token_id), None)
        if found is None or found.revoked_on:
            raise UsageError(
                f"没有编号为 {token_id} 的有效令牌。",
                f"There is no valid token {token_id}.",
                todo="请用 gongshi desk --tokens 查看编号。",
            )
        gone = replace(found, revoked_on=today.isoformat())
        _write(var, [gone if one is found else one for one in known])
    return gone


def listed(var: Path) -> list[Token]:
    """Return every token, the oldest first.

    Raises:
        UsageError: the file cannot be understood.
    """
    path = var / FILE
    try:
        return [Token(**each) for each in json.loads(path.read_bytes())["tokens"]]
    except FileNotFoundError:
        return []
    except (ValueError, KeyError, TypeError) as exc:
        raise UsageError(
            f"令牌文件 {path} 已损坏。",
            f"the token file {path} is damaged",
            todo="请删除它,然后用 gongshi desk --new-token 重新发放令牌。",
        ) from exc


def recognise(var: Path, secret: str) -> Token | None:
    """Return the valid token that `secret` is; the time taken does not tell how near it came."""
    digest = _hash(secret[:_LONGEST].strip())
    found = None
    for one in listed(var):
        if hmac.compare_digest(one.sha256, digest) and not one.revoked_on:
            found = one
    return found


def valid_ids(var: Path) -> frozenset[str]:
    """Return the ids of the tokens with which one may be signed in."""
    return frozenset(one.id for one in listed(var) if not one.revoked_on)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _free_id(known: set[str]) -> str:
    """Return a short name for a token, by which it is revoked."""
    while (name := secrets.token_hex(3)) in known:
        pass
    return name


def _write(var: Path, tokens: list[Token]) -> None:
    text = json.dumps({"tokens": [asdict(one) for one in tokens]}, ensure_ascii=False, indent=1)
    path = var / FILE
    write_atomically(path, text.encode())
    path.chmod(0o600)


@contextmanager
def _locked(var: Path) -> Iterator[None]:
    """Keep two commands at once from losing one's token."""
    with (var / f".{FILE}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
