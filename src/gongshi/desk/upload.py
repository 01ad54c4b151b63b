"""Files on the way in: streamed to disk, refused kindly, and cleared away when anything fails."""

import errno
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import BinaryIO

from starlette.responses import Response

from gongshi.desk.ask import SEAL, Ask
from gongshi.desk.deliveries import Delivery
from gongshi.desk.problem import Problem
from gongshi.desk.receive import Form

_DRAIN = 64 << 20
"""Bytes of a refused form that are still read, so that the browser comes to show the answer."""


async def upload(ask: Ask) -> Response:
    """Take files to disk, start to check them, and lead to what was found."""
    brought: list[Delivery] = []
    stream = ask.request.stream()
    try:
        await _take(ask, stream, brought)
    except BaseException as exc:
        for one in brought:
            ask.desk.deliveries.discard(one)
        if isinstance(exc, Problem):
            await _drain(stream)
        raise
    for one in brought:
        ask.desk.work.check(one)
    return ask.go(f"/files/{brought[0].id}" if len(brought) == 1 else "/")


async def _take(ask: Ask, stream: AsyncIterator[bytes], brought: list[Delivery]) -> None:
    """Write every file of a form to disk.

    Raises:
        Problem: the form is not ours, too large or broken; too many files; no room on the disk.
    """
    most = ask.desk.policy.upload_mib << 20
    if int(ask.request.headers.get("content-length", 0)) > most:
        raise Problem(413, "too_large", mib=ask.desk.policy.upload_mib)

    def begin(fields: Mapping[str, str], sent_name: str) -> BinaryIO:
        return _begin(ask, fields, sent_name, brought)

    form = Form(ask.request.headers.get("content-type", ""), begin, most_bytes=most)
    try:
        async for chunk in stream:
            form.write(chunk)
        form.finish()
    except OSError as exc:
        raise Problem(507 if exc.errno == errno.ENOSPC else 500, "disk") from exc
    finally:
        form.close()
    if not brought:
        raise Problem(400, "no_file")


def _begin(
    ask: Ask, fields: Mapping[str, str], sent_name: str, brought: list[Delivery]
) -> BinaryIO:
    """Return an open file for one that is arriving, in a folder of its own."""
    who, desk = ask.who, ask.desk
    if not who.sealed(fields.get(SEAL, "")):
        raise Problem(403, "seal")
    if who.token.is_operator:
        raise Problem(403, "not_a_clerk")
    if len(desk.deliveries.of(who.id)) >= desk.policy.files:
        raise Problem(409, "too_many_files", files=desk.policy.files)
    delivery = desk.deliveries.begin(owner=who.id, agency=who.token.agency, sent_name=sent_name)
    brought.append(delivery)
    return delivery.original.open("xb")


async def _drain(stream: AsyncIterator[bytes]) -> None:
    """Read on for a while without keeping anything."""
    left = _DRAIN
    with suppress(Exception):  # the sender may be gone
        async for chunk in stream:
            left -= len(chunk)
            if left < 0:
                return
