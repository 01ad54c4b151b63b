"""Reading in a child process: a hostile file can end the child, never us.

The child limits its own memory, processor time and output before it opens the file, and writes
what it reads to its standard output: a line of JSON, then a block of Arrow IPC, and so on; a
decision document is a line of JSON alone. Nothing is unpickled. The parent also watches the clock.
A child that dies is a refused file.
"""

import io
import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import polars as pl

from gongshi.declarations.agency import ReaderOptions
from gongshi.errors import FileRefusedError
from gongshi.readers import open_reader, papers_of
from gongshi.readers.paper import Paper, paper_of
from gongshi.readers.piece import Piece, piece_of

_MIB = 1 << 20
_PACKAGE = Path(__file__).parents[2]


def pieces(path: Path, options: ReaderOptions) -> Iterator[Piece]:
    """Yield the tables that a file holds, read by a child process within the limits of `options`.

    Raises:
        FileRefusedError: the file is missing, too large, hostile, damaged, or of no known kind.
    """
    return (each for each in contents(path, options) if isinstance(each, Piece))


def contents(path: Path, options: ReaderOptions) -> Iterator[Piece | Paper]:
    """Yield what a file holds: its tables, then the decision documents beside them.

    Raises:
        FileRefusedError: the file is missing, too large, hostile, damaged, or of no known kind.
    """
    _check_size(path, options)
    command = [sys.executable, "-m", __name__, str(path.absolute()), options.model_dump_json()]
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(_PACKAGE),
        "POLARS_MAX_THREADS": "1",
    }
    with subprocess.Popen(  # noqa: S603  our own interpreter and module
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a library's panic may quote cells
        env=environment,
    ) as child:
        watch = threading.Timer(options.seconds, child.kill)
        watch.start()
        try:
            yield from _received(path, child)
        finally:
            watch.cancel()
            child.kill()


def _check_size(path: Path, options: ReaderOptions) -> None:
    """Refuse what need not be opened."""
    if not path.is_file():
        zh, en = "文件不存在。", "there is no such file."
        if path.exists():
            zh, en = "这不是文件,而是目录或设备。", "it is a folder or a device, not a file."
        raise FileRefusedError(zh, en, file=path.name, rule="F01", todo="请检查文件名和路径。")
    if path.stat().st_size > options.file_mib * _MIB:
        raise FileRefusedError(
            f"文件超过 {options.file_mib} MiB。",
            f"larger than {options.file_mib} MiB.",
            file=path.name,
            rule="F02",
            todo="请拆分文件后分批报送。",
        )


def _received(path: Path, child: "subprocess.Popen[bytes]") -> Iterator[Piece | Paper]:
    """Yield the child's pieces and documents; its refusal or its death becomes ours to tell."""
    if child.stdout is None:
        raise RuntimeError("the child has no output")
    for line in child.stdout:
        about = json.loads(line)
        if "refused" in about:
            raise FileRefusedError(file=path.name, **about["refused"])
        if "failed" in about:
            raise RuntimeError(f"the reader has a fault: {about['failed']}")
        if "end" in about:
            return
        if "paper" in about:
            yield paper_of(about["paper"])
            continue
        frame = pl.read_ipc_stream(io.BytesIO(child.stdout.read(about["bytes"])))
        yield piece_of(about, frame)
    child.wait()
    raise FileRefusedError(
        "读取时超出内存或时间限制,或文件使读取程序崩溃。",
        f"reading it ran out of memory or time, or crashed the reader (status {child.returncode}).",
        file=path.name,
        rule="F06",
        todo="请新建空白工作簿,只粘贴数据(选择性粘贴“数值”),保存后重新报送。",
    )


def main(arguments: list[str], output: IO[bytes]) -> None:
    """Read the file that `arguments` name and write its pieces to `output`."""
    path, options = Path(arguments[0]), ReaderOptions.model_validate_json(arguments[1])
    _limit(options)
    try:
        for piece in open_reader(path, options):
            block = io.BytesIO()
            piece.frame.write_ipc_stream(block, compat_level=None)
            _say(output, {**piece.about, "bytes": block.tell()})
            output.write(block.getbuffer())
        for paper in papers_of(path, options):
            _say(output, {"paper": paper.about})
        _say(output, {"end": True})
    except FileRefusedError as refusal:
        zh, en = (text.removeprefix(f"{refusal.file}: ") for text in (refusal.zh, refusal.en))
        told = {"zh": zh, "en": en, "todo": refusal.todo, "rule": refusal.rule}
        _say(output, {"refused": told})
    except MemoryError:
        raise
    except Exception as fault:  # noqa: BLE001  our own mistake: its kind alone, for text quotes cells
        _say(output, {"failed": type(fault).__name__})


def _say(output: IO[bytes], about: dict[str, Any]) -> None:
    """Write one line of JSON."""
    output.write(json.dumps(about, ensure_ascii=False).encode() + b"\n")
    output.flush()


def _limit(options: ReaderOptions) -> None:
    """Take away what reading a file does not need."""
    for what, most in (
        (resource.RLIMIT_DATA, options.memory_mib * _MIB),
        (resource.RLIMIT_CPU, options.seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main(sys.argv[1:], sys.stdout.buffer)
