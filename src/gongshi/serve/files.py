"""Files of the release in force: downloads, prepared feeds, the manifest. ETag is their SHA-256.

Only what the manifest lists is served, from the bytes that were verified when it was opened.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from datasette import Response

from gongshi.serve.ask import Ask
from gongshi.serve.edition import ReleaseFile
from gongshi.serve.problem import Problem

CHUNK = 256 * 1024
MANIFEST = "manifest.json"
_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".ndjson": "application/x-ndjson; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class FileAnswer:
    """One file, or «unchanged» for a client that has it; sends itself to Datasette's router."""

    def __init__(self, file: ReleaseFile, *, media_type: str, download: bool, held: str) -> None:
        self._file = file
        self._held = held
        self._headers = {
            "content-type": media_type,
            "etag": f'"{file.sha256}"',
            "content-length": str(file.size),
        }
        if download:
            self._headers["content-disposition"] = f'attachment; filename="{file.path.name}"'

    async def asgi_send(self, send: Any) -> None:  # noqa: ANN401 - an ASGI callable
        """Send head and body."""
        unchanged = f'"{self._file.sha256}"' in self._held
        headers = [(name.encode(), value.encode()) for name, value in self._headers.items()]
        if unchanged:
            headers = [pair for pair in headers if pair[0] == b"etag"]
        status = 304 if unchanged else 200
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if not unchanged:
            async for chunk in _chunks(self._file.handle):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def held_by(request: Any) -> str:  # noqa: ANN401 - untyped library
    """Return the ETags that the client says it has."""
    return request.headers.get("if-none-match") or ""


def download(ask: Ask, held: str) -> FileAnswer:
    """Return a download of the release, or its manifest.

    Raises:
        Problem: the release has no such file.
    """
    name = ask.parts["file"]
    if name == MANIFEST:
        file = ask.edition.manifest_file
        return FileAnswer(file, media_type=_TYPES[".json"], download=False, held=held)
    if f"downloads/{name}" not in ask.edition.files:
        raise Problem(404, "no_file")
    file = ask.edition.files[f"downloads/{name}"]
    return FileAnswer(file, media_type=media_type(file.path), download=True, held=held)


def feed(ask: Ask, name: str, held: str) -> FileAnswer | None:
    """Return a feed that was prepared when the release was made, None where it was not."""
    file = ask.edition.files.get(f"feeds/{name}")
    if file is None:
        return None
    kind = "application/feed+json; charset=utf-8" if name.endswith(".json") else ""
    return FileAnswer(file, media_type=kind or media_type(file.path), download=False, held=held)


def media_type(path: Path) -> str:
    """Return the media type of a file of a release."""
    return _TYPES.get(path.suffix, "application/octet-stream")


def text(body: str, content_type: str) -> Any:  # noqa: ANN401 - untyped library
    """Return a text made on request."""
    return Response(body, content_type=content_type)


async def _chunks(handle: int) -> AsyncIterator[bytes]:
    """Yield the bytes of an open file, however long the client takes and whoever closes it."""
    own, at = os.dup(handle), 0
    try:
        while chunk := await asyncio.to_thread(os.pread, own, CHUNK, at):
            yield chunk
            at += len(chunk)
    finally:
        os.close(own)
