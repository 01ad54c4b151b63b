"""A small invented site whose records are moved through the command line, in one process."""

import contextlib
import csv
import io
import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from gongshi.cli import main
from gongshi.formats import uscc
from gongshi.site import create

AUTHORITY = "119901010000000014"
PENALTY = {
    "CF_XDR_LB": "法人及非法人组织",
    "CF_FRDB": "张某甲",
    "CF_WFXW": "销售不合格产品",
    "CF_SY": "当事人销售不合格的示例产品。",
    "CF_YJ": "《中华人民共和国产品质量法》第四十九条",
    "CF_CFLB": "罚款",
    "CF_NR": "依法处理。",
    "CF_YXQ": "2099-12-31",
    "CF_CFJG": "甲市示例局",
    "CF_CFJGDM": AUTHORITY,
    "CF_SJLY": "甲市示例局",
    "CF_SJLYDM": AUTHORITY,
}
BASIS = "市场监管总局令第45号第十二条"


def code(number: int, kind: str = "91") -> str:
    """Return an invented code with a valid check digit; 92 is a sole trader's."""
    first17 = f"{kind}990101{number:09d}"
    return first17 + uscc.check_digit(first17)


def doc_no(number: int) -> str:
    return f"甲市监罚字〔2026〕{number}号"


def row(number: int, decided_on: str, **given: str) -> dict[str, str]:
    """Return one row of the 双公示 template."""
    return {
        **PENALTY,
        "CF_WSH": doc_no(number),
        "CF_XDR_MC": f"甲市示例{number}号商贸有限公司",
        "CF_XDR_SHXYM": code(number),
        "CF_XDR_ZJLX": "",
        "CF_XDR_ZJHM": "",
        "CF_NR_FK": "",
        "CF_NR_WFFF": "",
        "CF_NR_ZKDX": "",
        "CF_GSJZQ": "",
        "CF_JDRQ": decided_on,
        **given,
    }


def written(path: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    """Write rows as a CSV file."""
    listed = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, listed[0].keys())
        writer.writeheader()
        writer.writerows(listed)
    return path


def told(root: Path, today: str, *words: str, status: int = 0) -> dict[str, Any]:
    """Run one command with `--json`, in this process; its status must be `status`."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        found = main(["--root", str(root), "--today", today, *words, "--json"])
    assert found == status, err.getvalue() or out.getvalue()
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def said(root: Path, today: str, *words: str) -> str:
    """Run one command and return what it says to a person."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main(["--root", str(root), "--today", today, *words]) == 0
    return out.getvalue()


def founded(
    root: Path, rows: Iterable[Mapping[str, str]], today: str, *, system: str = "NDRC"
) -> Path:
    """Return a site under a system of rules that took rows in and published them on a day."""
    site = create(root / "site").root
    law = site / "schemas" / "policies" / "publication.yml"
    text = law.read_text(encoding="utf-8")
    law.write_text(text.replace("default: [NDRC]", f"default: [{system}]"), encoding="utf-8")
    told(site, today, "ingest", str(written(root / "报送.csv", rows)))
    told(site, today, "publish")
    return site


def ids(site: Path) -> dict[str, str]:
    """Return the id of each penalty in the registry by document number."""
    with closing(sqlite3.connect(site / "var" / "registry.db")) as conn:
        return dict(conn.execute("select doc_no, penalty_id from penalties"))


def public(site: Path, query: str, *values: str) -> list[tuple[Any, ...]]:
    """Return what a query finds in the public file in force."""
    number = (site / "build" / "CURRENT").read_text(encoding="ascii").strip()
    path = site / "build" / "releases" / number / "public.db"
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as conn:
        return conn.execute(query, values).fetchall()


def shown(site: Path) -> set[str]:
    """Return the document numbers that may be seen."""
    return {number for (number,) in public(site, "select doc_no from penalties")}
