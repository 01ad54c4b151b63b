"""The `gongshi` command: arguments in, one command run, words or one JSON object out.

Exit status: 0 done; 1 done, but some rows were refused or some target failed; 2 nothing was done.
"""

import argparse
import json
import os
import sqlite3
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn

from gongshi import __version__
from gongshi.commands import COMMANDS
from gongshi.errors import FileRefusedError, GongshiError

NOTHING = 2
_GIVES_BACK = ("_RJEM_MALLOC_CONF", "dirty_decay_ms:0,muzzy_decay_ms:0")
"""For the allocator of polars, read when a command first imports it: what is freed goes back to
the system at once instead of after ten seconds, by which time the next stage has taken more."""


class Parser(argparse.ArgumentParser):
    """Says in Chinese, too, what is wrong with the arguments."""

    def error(self, message: str) -> NoReturn:
        """Print how the command is called, and leave with status 2."""
        self.print_usage(sys.stderr)
        self.exit(NOTHING, f"命令有误:运行 {self.prog} --help 查看用法。\n{message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    args = parser().parse_args(argv)
    os.environ.setdefault(*_GIVES_BACK)
    try:
        answer, words, status = args.run(args)
    except KeyboardInterrupt:
        print("已中断。\nInterrupted.", file=sys.stderr)
        return NOTHING
    except (GongshiError, OSError, sqlite3.Error) as exc:
        print(_explain(exc), file=sys.stderr)
        if args.json:
            _tell(_pieces({"error": _plain(exc)}))
        return NOTHING
    if status == NOTHING:
        print(words, file=sys.stderr)
        words = ""
    _tell(_pieces(answer) if args.json else (words,))
    return int(status)


def _pieces(answer: dict[str, Any] | Iterable[str]) -> Iterable[str]:
    """Return the text of a JSON object."""
    return (json.dumps(answer, ensure_ascii=False),) if isinstance(answer, dict) else answer


def _tell(text: Iterable[str]) -> None:
    """Print the answer; whoever reads it may stop early (`gongshi … | head`)."""
    try:
        pieces = iter(text)
        if first := next(pieces, ""):
            sys.stdout.writelines(chain((first,), pieces, "\n"))
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def parser() -> Parser:
    """Return the parser of every command; the reference page is made from it."""
    top = Parser(prog="gongshi", description="行政处罚与信用名单公示 / penalties and credit lists")
    top.add_argument("--version", action="version", version=f"gongshi {__version__}")
    top.add_argument("--root", type=Path, default=Path(), metavar="DIR", help="站点目录 / the site")
    top.add_argument(
        "--today", type=_day, metavar="YYYY-MM-DD", help="以此日为今天 / the civil date"
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_to(commands.add_parser(command.name, help=command.help))
    return top


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"不是日期 / not a date: {text}") from None


def _plain(exc: Exception) -> dict[str, str]:
    """Return a foreseeable mistake for a program; `rule` is the identifier of a refused file."""
    if not isinstance(exc, GongshiError):
        return {"zh": _explain(exc), "en": str(exc), "todo": ""}
    told = {"zh": exc.zh, "en": exc.en, "todo": exc.todo}
    return told | ({"rule": exc.rule} if isinstance(exc, FileRefusedError) else {})


def _explain(exc: Exception) -> str:
    """Return what a person needs to know of a foreseeable mistake."""
    if isinstance(exc, GongshiError):
        return str(exc)
    return (
        f"系统不能完成读写:{exc}\n"
        "请检查磁盘空间、目录权限,以及是否有另一个 gongshi 正在运行,然后重试;原有数据没有改动。\n"
        f"The system could not read or write: {exc}"
    )
