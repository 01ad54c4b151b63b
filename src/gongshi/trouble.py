"""What SQLite says when the registry cannot be used, in plain words and with what to do.

Locked, damaged, read-only, full disk: foreseeable, so an answer and no traceback.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gongshi.errors import RegistryError


@contextmanager
def explained(path: Path | None) -> Iterator[None]:
    """Turn what SQLite says into a `RegistryError` that says what to do."""
    try:
        yield
    except sqlite3.OperationalError as exc:
        raise _explain(str(exc), path) from exc
    except sqlite3.DatabaseError as exc:
        if isinstance(exc, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise
        raise _explain(str(exc), path) from exc


def _explain(text: str, path: Path | None) -> RegistryError:
    """Return the error for a message of SQLite."""
    where, where_en = str(path or "登记库"), str(path or "the registry")
    for mark, zh, en, todo in _MEANINGS:
        if mark in text:
            return RegistryError(f"{where}: {zh}", f"{where_en}: {en} ({text})", todo=todo)
    return RegistryError(
        f"{where}: 数据库操作失败。", f"{where_en}: {text}", todo="请运行 gongshi verify 查明情况。"
    )


_MEANINGS = (
    (
        "locked",
        "登记库正被另一个程序使用。",
        "another program is using the registry",
        "请等它完成后重试。",
    ),
    (
        "not a database",
        "文件不是数据库。",
        "the file is not a database",
        "请用 gongshi restore 从备份恢复。",
    ),
    (
        "malformed",
        "数据库已损坏。",
        "the database is damaged",
        "请用 gongshi restore 从备份恢复。",
    ),
    (
        "unable to open",
        "无法打开登记库文件。",
        "the file cannot be opened",
        "请检查目录是否存在以及权限。",
    ),
    (
        "readonly",
        "登记库为只读,无法写入。",
        "the registry is read-only",
        "请检查目录和文件的写权限。",
    ),
    ("full", "磁盘已满,本次操作已撤销。", "the disk is full", "请清理磁盘后重试。"),
    ("disk I/O error", "磁盘读写失败,本次操作已撤销。", "the disk failed", "请检查磁盘后重试。"),
)
