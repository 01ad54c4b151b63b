"""`var/inbox/`: originals of batches that a person must look at, encrypted, for a short time.

One file for each batch: the cells in which doubts arose, and the agency's file as it came. It is
encrypted in pieces, so that memory does not grow with the file, and no plaintext touches the disk.
The key is derived from the site's secret and a salt in the head of the file; once the head is
overwritten nothing can be read, whatever copies of the rest a disk keeps.

Format: magic, salt, check value, then pieces of AES-256-GCM: length, ciphertext. The nonce is the
number of the piece, the last one marked (STREAM, Hoang et al. 2015); batch name and purpose are
bound in. The key is HKDF-SHA256 (RFC 5869).
"""

import contextlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gongshi.errors import GongshiError, RegistryError, UsageError
from gongshi.keys import Key
from gongshi.models import Original
from gongshi.site import sync_folder

_MAGIC = b"GONGSHI-INBOX-1\n"
_SALT, _KEY, _CHECK = 32, 32, 16
_HEAD = len(_MAGIC) + _SALT + _CHECK
PIECE = 1 << 20
_LENGTH = 4
_SUFFIX = ".sealed"

Cells = Mapping[str, Original]
"""Place of a doubt → the original cell, and where the doubt is in it."""
Read = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Inbox:
    """The folder, and the secret under which it is sealed."""

    folder: Path
    key: Key

    def put(self, batch: str, cells: Cells, file: Path) -> None:
        """Seal what was read of a batch, whole or not at all, and on disk before this returns.

        Raises:
            UsageError: the disk is full or may not be written.
        """
        target = self._path(batch)
        draft = target.with_suffix(".tmp")
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            self.folder.chmod(0o700)
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as out:
                out.writelines(_sealed(self.key, batch, _content(cells, file)))
                out.flush()
                os.fsync(out.fileno())
            draft.replace(target)
            sync_folder(self.folder)
        except OSError as exc:
            with contextlib.suppress(OSError):
                draft.unlink()
            raise UsageError(
                f"原件无法封存到 {self.folder},本批没有入库:{exc.strerror}。",
                f"The original could not be sealed in {self.folder}; nothing was taken in.",
                todo="请检查磁盘空间和目录权限后重试。",
            ) from exc

    def cells(self, batch: str) -> Cells:
        """Return the cells of a batch in which doubts arose; nothing where it is not kept.

        Raises:
            RegistryError: it was sealed under another key, or is damaged.
        """
        if not self.has(batch):
            return {}
        head, _ = _parted(self._opened(batch))
        return {place: Original(*cell) for place, cell in json.loads(head).items()}

    def file(self, batch: str) -> Iterator[bytes]:
        """Yield the agency's file piece by piece.

        Raises:
            UsageError: it is not kept any more.
            RegistryError: it was sealed under another key, or is damaged.
        """
        if not self.has(batch):
            raise UsageError(
                f"批次 {batch} 的原件不在收件箱中。",
                f"The original of {batch} is not in the inbox.",
                todo="原件在复核、批准完成时删除,最迟到 retention.yml 规定的期限。",
            )
        _, rest = _parted(self._opened(batch))
        yield from rest

    def has(self, batch: str) -> bool:
        """Say whether the original of a batch is kept."""
        return self._path(batch).is_file()

    def batches(self) -> list[str]:
        """Return the batches whose originals are kept."""
        return sorted(path.name.removesuffix(_SUFFIX) for path in self.folder.glob(f"*{_SUFFIX}"))

    def erase(self, batch: str) -> None:
        """Overwrite and remove what is kept of a batch."""
        _erase(self._path(batch))

    def tidy(self) -> None:
        """Remove what a cut has left half written."""
        for draft in self.folder.glob("*.tmp"):
            _erase(draft)

    def _path(self, batch: str) -> Path:
        return self.folder / f"{batch}{_SUFFIX}"

    def _opened(self, batch: str) -> Iterator[bytes]:
        """Yield the pieces of a sealed file in clear."""
        with self._path(batch).open("rb") as file:
            head = file.read(_HEAD)
            salt, check = head[len(_MAGIC) : -_CHECK], head[-_CHECK:]
            if len(head) < _HEAD or not head.startswith(_MAGIC):
                raise _damaged(batch)
            secret, expected = _derived(self.key, salt, batch)
            if check != expected:
                raise RegistryError(
                    f"批次 {batch} 的原件是用另一把密钥封存的,无法打开。",
                    f"The original of {batch} was sealed under another key.",
                    todo="请恢复原来的 GONGSHI_SECRET 或 var/secret.key;已遗失的,请报送机构重报。",
                )
            yield from _unsealed(secret, batch, iter(lambda: _piece(file.read, batch), None))


def _derived(key: Key, salt: bytes, batch: str) -> tuple[bytes, bytes]:
    """Return the key of one file, and the value that tells the right secret from another."""
    info = f"gongshi inbox\0{batch}".encode()
    made = HKDF(SHA256(), length=_KEY + _CHECK, salt=salt, info=info).derive(key.secret)
    return made[:_KEY], made[_KEY:]


def _content(cells: Cells, file: Path) -> Iterator[bytes]:
    """Yield what is sealed: length of the cells, the cells as JSON, the agency's file."""
    found = {place: (one.cell, one.start, one.end) for place, one in cells.items()}
    text = json.dumps(found, ensure_ascii=False).encode()
    yield len(text).to_bytes(8) + text
    with file.open("rb") as source:
        while data := source.read(PIECE):
            yield data


def _sealed(key: Key, batch: str, content: Iterable[bytes]) -> Iterator[bytes]:
    """Yield head and pieces of a sealed file."""
    salt = os.urandom(_SALT)
    secret, check = _derived(key, salt, batch)
    yield _MAGIC + salt + check
    cipher, number = AESGCM(secret), 0
    pieces = iter(content)
    piece = next(pieces, b"")
    while True:
        following = next(pieces, None)
        sealed = cipher.encrypt(_nonce(number, last=following is None), piece, batch.encode())
        yield len(sealed).to_bytes(_LENGTH) + sealed
        if following is None:
            return
        piece, number = following, number + 1


def _unsealed(secret: bytes, batch: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield pieces in clear, each proved before it is given out; the last must be there."""
    cipher, number = AESGCM(secret), 0
    piece = next(pieces, None)
    while piece is not None:
        following = next(pieces, None)
        try:
            yield cipher.decrypt(_nonce(number, last=following is None), piece, batch.encode())
        except InvalidTag:
            raise _damaged(batch) from None
        piece, number = following, number + 1


def _piece(read: Read, batch: str) -> bytes | None:
    """Return the next piece of a sealed file, or None at its end."""
    length = read(_LENGTH)
    if not length:
        return None
    piece = read(int.from_bytes(length))
    if len(length) < _LENGTH or len(piece) < int.from_bytes(length):
        raise _damaged(batch)
    return piece


def _nonce(number: int, *, last: bool) -> bytes:
    """Return the nonce of a piece: its number, and whether it is the last."""
    return number.to_bytes(11) + bytes([last])


def _parted(pieces: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return the cells' JSON, and what follows it."""
    data = next(pieces, b"")
    return data[8:], pieces


def _erase(path: Path) -> None:
    """Overwrite a file and remove it; one that is gone is no matter."""
    try:
        with path.open("r+b") as file:
            left = path.stat().st_size
            while left > 0:
                file.write(bytes(min(left, PIECE)))
                left -= PIECE
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return
    path.unlink()
    sync_folder(path.parent)


def _damaged(batch: str) -> GongshiError:
    """Return the error for a sealed file that is not as it was written."""
    return RegistryError(
        f"批次 {batch} 的原件已损坏,无法打开。",
        f"The sealed original of {batch} is damaged.",
        todo="原件无法恢复;如仍需复核,请报送机构重报。",
    )
