"""The site's secret, and what is derived from it: keyed values that link a person's records.

A plain hash of an identity number falls in a second, because there are few of them; a keyed one
cannot be tried without the key. The key comes from `GONGSHI_SECRET`, or from `var/secret.key`,
made on first use. It is no part of backups and is not needed where the site is served.
Losing it breaks no link and no list: public ids are not derived from it.

Source: HMAC-SHA256 (RFC 2104, FIPS 180-4), 128 bits kept.
"""

import hmac
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from gongshi.errors import UsageError
from gongshi.site import sync_folder

VARIABLE = "GONGSHI_SECRET"
FILE = "secret.key"
_LEAST_CHARACTERS = 16
_DIGEST_BYTES = 16
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Key:
    """The secret; it shows in no repr and no log."""

    secret: bytes = field(repr=False)

    def digest(self, purpose: str, value: str) -> str:
        """Return 32 hex characters: the keyed value of `value`, different for each `purpose`.

        >>> Key(b"an invented secret").digest("person", "张三")[:6]
        '6b72c7'
        """
        message = f"{purpose}\0{value}".encode()
        return hmac.digest(self.secret, message, "sha256")[:_DIGEST_BYTES].hex()

    def of_number(self, digits: str) -> str:
        """Return the keyed value by which the digits of a masked number are known again."""
        return self.digest("number", digits)

    @property
    def fingerprint(self) -> str:
        """What tells this key from another, without giving it away."""
        return self.digest("fingerprint", "gongshi")


def find(var: Path) -> Key | None:
    """Return the site's key if there is one; makes none.

    Raises:
        UsageError: as `load` says.
    """
    return load(var) if VARIABLE in os.environ or (var / FILE).exists() else None


def load(var: Path) -> Key:
    """Return the site's key: `GONGSHI_SECRET`, or `var/secret.key`, made where it is missing.

    Raises:
        UsageError: the secret is too short, the file is empty, or others may read it.
    """
    from_environment = os.environ.get(VARIABLE)
    if from_environment is not None:
        return Key(_checked(from_environment, f"环境变量 {VARIABLE}", VARIABLE))
    path = var / FILE
    if not path.exists():
        _make(path)
    if path.stat().st_mode & _OTHERS:
        raise UsageError(
            f"密钥文件 {path} 可被其他用户读取,已停止使用。",
            f"the key file {path} can be read by other users",
            todo=f"请运行 chmod 600 {path};若可能已被他人读取,请更换密钥。",
        )
    return Key(_checked(path.read_text(encoding="utf-8", errors="replace"), str(path), str(path)))


def _checked(text: str, where_zh: str, where_en: str) -> bytes:
    """Return the secret's bytes; too short a secret could be guessed."""
    secret = text.strip()
    if len(secret) < _LEAST_CHARACTERS:
        raise UsageError(
            f"{where_zh} 中的密钥为空或不足 {_LEAST_CHARACTERS} 个字符。",
            f"the secret in {where_en} is empty or shorter than {_LEAST_CHARACTERS} characters",
            todo="请恢复原来的密钥;确需新密钥时,删除密钥文件或换一个更长的值。更换后,自然人的历史记录不再互相关联。",
        )
    return secret.encode()


def _make(path: Path) -> None:
    """Write a fresh secret to `path`, whole or not at all; of two at once, one wins."""
    draft = path.with_name(f".{FILE}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            return
        sync_folder(path.parent)
    finally:
        draft.unlink()
