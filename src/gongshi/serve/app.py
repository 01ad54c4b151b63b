"""The ASGI application: it follows `build/CURRENT`, and every answer comes from one release whole.

The next release is opened beside the one in service and tried; only then one assignment puts it in
its place. Answers already begun end on the release they began with.
"""

import asyncio
import contextlib
import sys
import time
from collections.abc import Callable

from gongshi.errors import GongshiError
from gongshi.serve import guard, headers, respond
from gongshi.serve.edition import allowed_hosts, load_policy
from gongshi.serve.instance import Instance, Message, Receive, Scope, Send, open_instance
from gongshi.serve.problem import Problem
from gongshi.site import Site

WATCH_S = 0.5
RETRY_S = 30.0
"""How often a release that was refused is tried again: a disk may have come back."""

Signature = tuple[int, int, int]


class Portal:
    """The public site of `site`, as an ASGI application."""

    def __init__(self, site: Site, *, log: Callable[[str], None] | None = None) -> None:
        self._site = site
        self._hosts = allowed_hosts(load_policy(site))
        self._log = log or (lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201
        self._now: Instance | None = None
        self._seen: Signature | None = None
        self._again_at = 0.0
        self._swap = asyncio.Lock()
        self._retiring: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or follow the server's life."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self.follow()
            await self._answer(scope, receive, send)

    async def follow(self) -> None:
        """Put the release that `build/CURRENT` names in service, where it is not yet."""
        if self._swap.locked():
            # Someone is at it: this request is answered by the release in service, if there is one.
            if self._now is None:
                async with self._swap:
                    pass
            return
        signature = self._signature()
        if signature is not None and self._is_news(signature):
            async with self._swap:
                await self._open(signature)

    async def close(self) -> None:
        """Close what is in service and what is still draining."""
        if self._now is not None:
            self._retire(self._now)
            self._now = None
        await asyncio.gather(*self._retiring)

    async def _open(self, signature: Signature) -> None:
        """Open and try the release in force; refuse it in words where it fails."""
        self._seen = signature
        try:
            release = self._site.current_release()
            fresh = await open_instance(self._site, release or 0)
        except (GongshiError, OSError, ValueError) as exc:
            if self._signature() != signature:
                return  # superseded while it was opened: its content has gone, the next is due
            self._again_at = time.monotonic() + RETRY_S
            self._log(str(exc))
            return
        self._again_at = 0.0
        before, self._now = self._now, fresh
        if before is not None:
            self._retire(before)

    def _is_news(self, signature: Signature) -> bool:
        """Say whether the pointer changed, or a refused release is due for another try."""
        due = self._again_at and time.monotonic() >= self._again_at
        return bool(due) or signature != self._seen

    def _signature(self) -> Signature | None:
        """Return what changes whenever the pointer file is replaced; None where there is none."""
        try:
            status = self._site.current.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino, status.st_size

    def _retire(self, instance: Instance) -> None:
        """Close an instance in the background, once its answers are sent."""
        task = asyncio.create_task(instance.retire())
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from the release in service, behind the guard."""
        instance = self._now
        if instance is None:
            await respond.not_yet(send)
            return
        with instance.answering():
            outgoing = headers.Outgoing(scope, send, instance.edition)
            try:
                allowed = guard.admit(scope, instance.edition, self._hosts)
                if outgoing.is_unchanged(allowed):
                    await respond.not_modified(outgoing.send)
                else:
                    await instance.app(allowed, receive, outgoing.send)
            except Problem as problem:
                await respond.problem(instance.datasette, scope, problem, outgoing.send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Open the release at start, watch for the next, close at the end."""
        watching: asyncio.Task[None] | None = None
        while True:
            message: Message = await receive()
            if message["type"] == "lifespan.startup":
                await self.follow()
                watching = asyncio.create_task(self._watch())
                await send({"type": "lifespan.startup.complete"})
            else:
                if watching is not None:
                    watching.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await watching
                await self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _watch(self) -> None:
        """Look for the next release, so that no visitor waits for it."""
        while True:
            await asyncio.sleep(WATCH_S)
            await self.follow()
