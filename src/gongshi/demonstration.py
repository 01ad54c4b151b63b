"""`gongshi demo`: invented files with oddities go the whole way, and what became of them."""

from collections import Counter
from contextlib import closing
from datetime import date
from sqlite3 import connect
from typing import Any

from gongshi import generate, pipeline, registry
from gongshi.errors import UsageError
from gongshi.gates import Override
from gongshi.models import Severity
from gongshi.report import FileReport
from gongshi.site import Site

SEED = 20260101
"""The demonstration is the same everywhere on the same day."""

AGAIN = Override("演示程序", "虚构数据按当天日期重新生成,与前次内容不同")
"""On another day the same invented decisions come with other days: a gate would stop them."""


def run(site: Site, *, rows: int, today: date) -> dict[str, Any]:
    """Make the files, take them in, publish, and return what became of them."""
    _require_no_real_data(site)
    files = generate.demo_files(site.var / "demo", rows=rows, seed=SEED, today=today)
    desk = pipeline.open_desk(site, agency=None, today=today)
    reports = pipeline.ingest(desk, files.paths, override=AGAIN)
    released = pipeline.publish(site, today=today)
    synced = pipeline.sync(site, [])
    return {
        "files": [_line(one) for one in reports],
        "taken": sum(one.taken for one in reports),
        "refused": sum(one.refused for one in reports),
        "unchanged": sum(one.unchanged for one in reports),
        "refused_by_rule": _by_rule(reports),
        "redacted": sum(one.redactions for one in reports),
        "in_force": _in_force(site, released["release"]),
        "publish": released,
        "sync": synced,
    }


def _require_no_real_data(site: Site) -> None:
    """Keep invented records out of a registry with real ones: a ledger forgets nothing.

    Raises:
        UsageError: the registry holds batches that no demonstration brought.
    """
    if not site.registry.exists():
        return
    with closing(registry.open_registry(site.registry)) as conn:
        if registry.has_batches_beside(conn, generate.DEMO_FILES):
            raise UsageError(
                "登记库中已有其他数据,演示数据不能混入。",
                "The registry holds other data; the demonstration must not be mixed in.",
                todo="请用 --root 指定一个新目录。",
            )


def _line(one: FileReport) -> dict[str, Any]:
    """Return one file's counts, without its findings."""
    names = ("file", "agency", "encoding", "rows", "taken", "refused", "unchanged", "batch")
    return {name: getattr(one, name) for name in names}


def _by_rule(reports: list[FileReport]) -> dict[str, int]:
    """Return how many source rows each rule refused, most first."""
    rows = {
        (one.file, found.sheet, found.row, found.rule)
        for one in reports
        for found in one.findings
        if found.severity is Severity.ERROR
    }
    return dict(Counter(rule for *_, rule in rows).most_common())


def _in_force(site: Site, release: int) -> dict[str, int]:
    """Return how many records of each kind the release in force shows."""
    with closing(connect(site.release(release) / "public.db")) as public:
        tables = ("penalties", "list_entries", "parties", "authorities")
        return {
            table: public.execute(f"select count(*) from {table}").fetchone()[0]  # noqa: S608
            for table in tables
        }


def words(shown: dict[str, Any]) -> str:
    """Return the demonstration's story for a terminal."""
    released, force = shown["publish"], shown["in_force"]
    rules = "、".join(f"{rule}×{count}" for rule, count in shown["refused_by_rule"].items())
    files = [
        f"  {line['file']}:{line['rows']} 行,接收 {line['taken']},拒收 {line['refused']},"
        f"无变化 {line['unchanged']}"
        for line in shown["files"]
    ]
    return "\n".join(
        (
            "演示数据均为虚构。/ Everything shown is invented.",
            *files,
            f"接收 taken: {shown['taken']} 行",
            f"拒收 refused: {shown['refused']} 行({rules or '无'})",
            f"脱敏 redacted: {shown['redacted']} 处",
            f"名单 listed: 在列 {force['list_entries']} 条",
            f"发布 released: 第 {released['release']} 期,公示处罚 {force['penalties']} 条",
            f"主体 parties: {force['parties']} 家;机关 authorities: {force['authorities']} 个",
            f"位置 path: {released['path']}",
        )
    )
