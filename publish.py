#!/usr/bin/env python3
"""The door: `./publish.py COMMAND` is the `gongshi` command for this checkout."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

try:
    from gongshi.cli import main
except ModuleNotFoundError as exc:
    print(f"缺少组件 {exc.name}:请先运行 make install。", file=sys.stderr)
    print(f"{exc.name} is not installed: run `make install` first.", file=sys.stderr)
    raise SystemExit(2) from None

if __name__ == "__main__":
    sys.exit(main(["--root", str(HERE), *sys.argv[1:]]))
