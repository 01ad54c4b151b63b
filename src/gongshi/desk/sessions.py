"""Who is signed in, and how often an address tried in vain. In memory: a restart signs all out."""

import hmac
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from gongshi.desk.tokens import Token

TRIES, WINDOW_S = 10, 300
"""Failed sign-ins that one address may have in so many seconds."""
ALL_TRIES = 200
"""The same for all addresses together."""


@dataclass(slots=True, kw_only=True)
class Session:
    """One signed-in clerk or operator; `seal` is what their forms must carry."""

    token: Token
    began: float
    used: float
    id: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    seal: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    def sealed(self, text: str) -> bool:
        """Say whether a form is one of ours."""
        return hmac.compare_digest(self.seal.encode(), text.encode("utf-8", "replace"))


class Sessions:
    """Open sessions; one ends when it was idle too long, became too old, or is closed."""

    def __init__(
        self, *, idle_s: float, longest_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._idle_s = idle_s
        self._longest_s = longest_s
        self._clock = clock
        self._open: dict[str, Session] = {}

    def open(self, token: Token) -> Session:
        """Sign in."""
        now = self._clock()
        session = Session(token=token, began=now, used=now)
        self._open[session.id] = session
        return session

    def find(self, session_id: str, valid: frozenset[str]) -> Session | None:
        """Return an open session, which counts as used; `valid` are the tokens not revoked."""
        session = self._open.get(session_id)
        if session is None or self._has_ended(session) or session.token.id not in valid:
            return None
        session.used = self._clock()
        return session

    def close(self, session: Session) -> None:
        """Sign out."""
        self._open.pop(session.id, None)

    def keep(self, valid: frozenset[str]) -> frozenset[str]:
        """Drop what has ended, and return the ids of the sessions that are open."""
        self._open = {
            key: one
            for key, one in self._open.items()
            if not self._has_ended(one) and one.token.id in valid
        }
        return frozenset(self._open)

    def _has_ended(self, session: Session) -> bool:
        now = self._clock()
        return now - session.used > self._idle_s or now - session.began > self._longest_s


class Attempts:
    """Counts failed sign-ins, so that nobody can try tokens by the thousand."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failed: deque[tuple[float, str]] = deque()

    def are_too_many(self, address: str) -> bool:
        """Say whether an address, or everybody together, has failed too often of late."""
        while self._failed and self._failed[0][0] < self._clock() - WINDOW_S:
            self._failed.popleft()
        own = sum(whose == address for _, whose in self._failed)
        return own >= TRIES or len(self._failed) >= ALL_TRIES

    def note(self, address: str) -> None:
        """Remember a failure."""
        self._failed.append((self._clock(), address))
