"""Write the pages under `docs/reference/` from the program itself, or compare them with it.

    python docs/generate.py           write them anew
    python docs/generate.py --check   change nothing; status 1 where a page is out of date

A reference that people keep by hand is wrong by the second week. These pages come from the parser
of the command line, the rules, the Table Schemas, the declaration models and the policies.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import declared
import law
from declared import table

from gongshi import table_schema
from gongshi.cli import parser
from gongshi.gates import GATES
from gongshi.ingest import rules as reading
from gongshi.publish.columns import KEYS as PUBLIC_KEYS
from gongshi.publish.columns import TABLES as PUBLIC_TABLES
from gongshi.table_schema import TableSchema
from gongshi.validate import reference

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "reference"
NOTICE = (
    "<!-- Written by `python docs/generate.py`. Do not edit: change the code or schema. -->\n\n"
)

GATES_SAY = (
    "A file that fails one is stopped: nothing of it is taken until a person lets it pass by name "
    "and with a reason. No law sets the limits; each is the choice of the site "
    "(`schemas/policies/gates.yml`) or of one agency (`gates` in `agency.yml`). "
    "整份文件先不入库,由负责人写明姓名和理由放行;限额由本站自定。\n\n"
)

LANGUAGE_ORDER = ("description", "description_en")
"""Properties of a schema's field that hold prose, Chinese first."""


def main(argv: Sequence[str] | None = None) -> int:
    """Write or check every page; return the exit status."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--check", action="store_true", help="compare, write nothing")
    check = options.parse_args(argv).check
    stale = [name for name, text in pages().items() if not _is_same(PAGES / name, text)]
    if check:
        for name in stale:
            sys.stderr.write(f"docs/reference/{name} is out of date: run `make docs`\n")
        return 1 if stale else 0
    PAGES.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (PAGES / name).write_text(pages()[name], encoding="utf-8")
        sys.stdout.write(f"docs/reference/{name}\n")
    return 0


def pages() -> dict[str, str]:
    """Return every generated page by file name."""
    bodies = {
        "commands.md": commands(),
        "rules.md": rules(),
        "dictionary.md": dictionary(),
        "declarations.md": declared.page(ROOT / "docs" / "keys.yml"),
        "law.md": law.page(ROOT / "schemas"),
    }
    return {name: NOTICE + body.rstrip() + "\n" for name, body in bodies.items()}


def _is_same(file: Path, text: str) -> bool:
    return file.is_file() and file.read_text(encoding="utf-8") == text


# Commands


def commands() -> str:
    """Return the page of every command, from the parser."""
    top = parser()
    subs = next(act for act in top._actions if isinstance(act, argparse._SubParsersAction))  # noqa: SLF001
    helps = {act.dest: act.help or "" for act in subs._choices_actions}  # noqa: SLF001
    text = (
        "# 命令一览 / Commands\n\n"
        "`gongshi [--root DIR] [--today YYYY-MM-DD] COMMAND`; in a checkout `./publish.py COMMAND` "
        "is the same.\n\n"
        "Exit status: `0` done; `1` done, but some rows were refused or some target failed; `2` "
        "nothing was done.\n\n"
        "退出状态:`0` 完成;`1` 完成,但有行被拒收或有平台未送达;`2` 什么也没有做。\n\n"
    )
    text += table(("command", "does"), ((f"[`{n}`](#{n})", helps[n]) for n in subs.choices))
    text += "\n## Options before the command\n\n" + _arguments(top)
    for name, sub in subs.choices.items():
        text += f"\n## {name}\n\n{helps[name]}\n\n```\ngongshi {_usage(name, sub)}\n```\n\n"
        text += _arguments(sub)
    return text


def _own(command: argparse.ArgumentParser) -> list[argparse.Action]:
    """Return the arguments that a person may give, without `--help`."""
    skip = (argparse._HelpAction, argparse._SubParsersAction)  # noqa: SLF001
    return [act for act in command._actions if not isinstance(act, skip)]  # noqa: SLF001


def _usage(name: str, command: argparse.ArgumentParser) -> str:
    parts = [_spelled(act) for act in _own(command)]
    return " ".join([name, *parts])


def _spelled(act: argparse.Action) -> str:
    """Return one argument as it stands in a line of usage."""
    value = "" if act.nargs == 0 else _value_name(act)
    if not act.option_strings:
        return {"+": f"{value}…", "*": f"[{value}…]", "?": f"[{value}]"}.get(str(act.nargs), value)
    flag = f"{act.option_strings[0]} {value}".strip()
    return flag if act.required else f"[{flag}]"


def _value_name(act: argparse.Action) -> str:
    if act.choices:
        return "|".join(map(str, act.choices))
    return str(act.metavar or act.dest.upper())


def _arguments(command: argparse.ArgumentParser) -> str:
    rows = (
        (
            f"`{', '.join(act.option_strings) or _value_name(act)}`",
            "required" if act.required else _shown_default(act),
            (act.help or "").replace("%(default)s", str(act.default)),
        )
        for act in _own(command)
    )
    return table(("argument", "default", "meaning"), rows)


def _shown_default(act: argparse.Action) -> str:
    is_plain = act.default not in (None, argparse.SUPPRESS, False, [])
    return f"`{act.default}`" if is_plain else ""


# Rules


def rules() -> str:
    """Return the page of every rule: of validation, of reading a row, of taking a file at all."""
    text = (
        "# 规则一览 / Rules\n\n"
        "Identifiers are stable: `V..` rules of the penalty standard, `S..` of the Table Schema, "
        "`A..` of reading a row, `G..` of a whole file against what is known, `F..` of taking a "
        "file at all. 规则编号不会改变含义。\n\n"
    )
    text += reference.render(_schemas()) + "\n## 读表 / Reading a file\n\n"
    rows = (
        (one.id, one.severity, f"{one.title}<br>{one.title_en}", one.todo)
        for one in reading.RULES.values()
    )
    text += table(("id", "severity", "what is wrong", "怎样改"), rows)
    text += "\n## 拦截 / Gates\n\n" + GATES_SAY
    rows = ((one.id, f"{one.title}<br>{one.title_en}", f"`{one.key}`") for one in GATES.values())
    text += table(("id", "what is wrong", "declared as"), rows)
    text += (
        "\n`M01` (warning): records in force are not in a full delivery. They stay as they are and "
        "are asked about in `gongshi review`. 全量报送缺少仍有效的记录:照旧公示,逐条确认。\n"
    )
    text += "\n## 整个文件被拒收 / A whole file is refused\n\n"
    refusals = re.findall(r"(F\d\d) (.+?)(?=  |\n|$)", reading.__doc__ or "")
    return text + table(("id", "why"), refusals)


# Table Schemas and public tables


def _schemas() -> list[TableSchema]:
    """Return every Table Schema of the reference site."""
    files = sorted((ROOT / "schemas").glob("*.json"))
    return [table_schema.load(ROOT / "schemas", file.stem) for file in files]


def dictionary() -> str:
    """Return the page of every field that comes in and every column that goes out."""
    text = (
        "# 数据字典 / Data dictionary\n\n"
        "What comes in: the fields of the Table Schemas in `schemas/`. What goes out: the tables "
        "of `public.db`, of the downloads and of the API. "
        "前半是报送表的字段,后半是公示数据的列。\n"
    )
    for schema in _schemas():
        text += f"\n## {schema.title} / {schema.title_en} (`schemas/{schema.name}.json`)\n\n"
        text += reference.render_dictionary(schema)
    return text + _public_tables()


def _public_tables() -> str:
    """Return the section of every table of the public database."""
    text = (
        "\n## 公示数据 / Public tables (`public.db`)\n\nDates are ISO; `…_fen` are 分 (integer).\n"
    )
    for name, columns in PUBLIC_TABLES.items():
        key = PUBLIC_KEYS[name]
        shown = key if isinstance(key, str) else "`, `".join(key)
        text += f"\n### {name}\n\nKey: `{shown}`\n\n"
        rows = ((f"`{one.name}`", one.title, one.type.__name__) for one in columns)
        text += table(("column", "中文名", "type"), rows)
    return text


if __name__ == "__main__":
    sys.exit(main())
