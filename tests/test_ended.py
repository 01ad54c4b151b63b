"""An old backup brings back nothing that came down after it, and no number is given twice."""

import json
import shutil
import sqlite3
import tempfile
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from gongshi import clock, pipeline, rebuild
from gongshi import ended as endings
from gongshi.backup import backup, restore
from gongshi.declarations.policy import Retention
from gongshi.errors import RegistryError, UsageError
from gongshi.events import EventKind
from gongshi.registry import open_registry, transaction
from gongshi.review import Verdict
from gongshi.site import Site, create
from gongshi.verify import verify
from tests.registry_life import DOUBTFUL, STEPS, Age, Decide, Deliver, Life, Run, Step
from tests.registry_world import CALENDAR, POLICIES, penalty
from tests.test_clock_run import take
from tests.test_retention import happen

FIRST, LATER, LAST = date(2026, 11, 20), date(2026, 11, 25), date(2026, 11, 26)


def new_site(root: Path) -> Site:
    site = create(root)
    site.require()
    return site


@pytest.fixture
def lived(tmp_path: Path) -> tuple[Site, Path]:
    """A site with a backup, and what happened after it: revoked, repaired, arrived, corrected."""
    site = new_site(tmp_path / "site")
    with closing(open_registry(site.registry)) as conn:
        take(conn, [penalty(n) for n in range(1, 6)], "2026-11-20")
        take(conn, [penalty(6)], "2026-11-20", approved_by=None)
        pipeline.publish(site, today=FIRST)
        file = backup(site, tmp_path / "b.gongshi", today=FIRST)
        happen(conn, EventKind.REVOKE, 1, "2026-11-24", "复检合格")
        happen(conn, EventKind.REPAIR, 2, "2026-11-24", "已履行")
        take(conn, [penalty(3, source_publish_until="2026-11-24"), penalty(7)], "2026-11-24")
        pipeline.publish(site, today=LATER)
    return site, file


def shown(site: Site) -> list[str]:
    release = site.release(site.current_release() or 0)
    with closing(sqlite3.connect(release / "public.db")) as public:
        rows = public.execute("select doc_no from penalties").fetchall()
    return sorted(doc_no.rpartition("〕")[2].rstrip("号") for (doc_no,) in rows)


def sequence(conn: sqlite3.Connection) -> list[tuple[int, str, str]]:
    return conn.execute("select seq, op, id from events order by seq").fetchall()


def test_what_came_down_after_the_backup_stays_down(
    lived: tuple[Site, Path], tmp_path: Path
) -> None:
    site, file = lived
    assert shown(site) == ["4", "5", "7"]
    with closing(open_registry(site.registry)) as conn:
        before = sequence(conn)
    other = new_site(tmp_path / "other")

    done = restore(other, file, ended=site.var / "ended.json")
    told = pipeline.publish(other, today=LAST)

    assert done.listed
    assert shown(other) == ["4", "5"]
    with closing(open_registry(other.registry)) as conn:
        after = sequence(conn)
        assert after[: len(before)] == before
        (lost,) = [name for _, op, name in before if op == "ADD" and name not in known(conn)]
        assert (len(before) + 1, "DEL", lost) in after
        states = dict(conn.execute("select doc_no, state from penalties").fetchall())
        assert states["甲市监罚〔2026〕1号"] == "withdrawn"
        assert states["甲市监罚〔2026〕2号"] == "repaired"
        assert states["甲市监罚〔2026〕3号"] == "suspended"
        assert list(verify(conn, LAST)) == []
    assert told["release"] == 3


def known(conn: sqlite3.Connection) -> set[str]:
    return {name for (name,) in conn.execute("select id from penalty_records")}


def test_in_place_the_list_beside_the_registry_is_used(lived: tuple[Site, Path]) -> None:
    site, file = lived
    for each in site.var.glob("registry.db*"):
        each.unlink()
    (site.var / "reports" / "B20261124-0001").mkdir(parents=True)

    done = restore(site, file)
    pipeline.publish(site, today=LAST)

    assert done.batches == ("B20261124-0001",)
    assert shown(site) == ["4", "5"]
    assert site.current_release() == 3
    with closing(open_registry(site.registry)) as conn:
        take(conn, [penalty(3, source_publish_until="2026-11-24"), penalty(7)], "2026-11-26")
        assert list(verify(conn, LAST)) == []
    pipeline.publish(site, today=LAST)
    assert shown(site) == ["4", "5", "7"]


def test_a_restored_registry_is_made_again_from_its_ledger(
    lived: tuple[Site, Path], tmp_path: Path
) -> None:
    site, file = lived
    other = new_site(tmp_path / "other")
    restore(other, file, ended=site.var / "ended.json")
    pipeline.publish(other, today=LAST)

    with closing(open_registry(other.registry)) as conn:
        rebuild.rebuild(conn, tmp_path / "again.db")
        with closing(open_registry(tmp_path / "again.db")) as again:
            assert list(rebuild.differences(conn, again)) == []


def test_restoring_the_newest_backup_changes_nothing(
    lived: tuple[Site, Path], tmp_path: Path
) -> None:
    site, _ = lived
    file = backup(site, tmp_path / "new.gongshi", today=LATER)
    other = new_site(tmp_path / "other")

    done = restore(other, file, ended=site.var / "ended.json")

    assert done.lost == 0
    with closing(open_registry(site.registry)) as a, closing(open_registry(other.registry)) as b:
        assert rebuild.same(a, b)


def test_a_backup_older_than_the_list_reaches_is_refused(
    lived: tuple[Site, Path], tmp_path: Path
) -> None:
    site, file = lived
    shutil.copy(file, tmp_path / "kept.gongshi")
    for day in (date(2026, 12, 1), date(2027, 1, 10), date(2027, 2, 20)):
        pipeline.publish(site, today=day)
    other = new_site(tmp_path / "other")

    with pytest.raises(RegistryError, match="早于撤下清单"):
        restore(other, tmp_path / "kept.gongshi", ended=site.var / "ended.json")

    assert not other.registry.exists()
    assert not file.exists()


def test_the_list_of_another_registry_is_refused(lived: tuple[Site, Path], tmp_path: Path) -> None:
    _, file = lived
    stranger = new_site(tmp_path / "stranger")
    with closing(open_registry(stranger.registry)) as conn:
        take(conn, [penalty(1)], "2026-11-20")
        for day in range(20, 28):
            pipeline.publish(stranger, today=date(2026, 11, day))
    other = new_site(tmp_path / "other")

    with pytest.raises(RegistryError, match="不是同一个登记库"):
        restore(other, file, ended=stranger.var / "ended.json")


def test_a_list_that_was_changed_is_refused(lived: tuple[Site, Path], tmp_path: Path) -> None:
    site, file = lived
    ended = site.var / "ended.json"
    text = json.loads(ended.read_bytes())
    text["ended"]["told"].pop()
    ended.write_text(json.dumps(text), encoding="utf-8")

    with pytest.raises(RegistryError, match="不是完好的撤下清单"):
        restore(new_site(tmp_path / "other"), file, ended=ended)


def test_releases_without_a_list_are_not_gone_behind(lived: tuple[Site, Path]) -> None:
    site, file = lived
    (site.var / "ended.json").unlink()
    for each in site.var.glob("registry.db*"):
        each.unlink()

    with pytest.raises(UsageError, match="没有撤下清单"):
        restore(site, file)


def test_the_list_holds_no_content_and_is_private(lived: tuple[Site, Path]) -> None:
    site, _ = lived
    ended = site.var / "ended.json"

    text = ended.read_text(encoding="utf-8")

    assert ended.stat().st_mode & 0o777 == 0o600
    assert "商贸" not in text
    assert "销售不合格产品" not in text


def names(conn: sqlite3.Connection) -> set[str]:
    penalties = conn.execute("select penalty_id from penalties where shown = 1")
    entries = conn.execute("select entry_id from list_entries where shown = 1")
    licenses = conn.execute("select license_id from licenses where shown = 1")
    return {name for (name,) in [*penalties, *entries, *licenses]}


def check_restored(before: list[Step], after: list[Step]) -> None:
    """Live, copy, live on; lead the copy up to the list: nothing that is down is up again."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder))
        site.var.mkdir()
        old = site.var / "old.db"
        with closing(open_registry(site.registry)) as conn, closing(sqlite3.connect(old)) as copy:
            life = Life(conn)
            for step in [*before, Run(0)]:
                life.live(step)
            conn.backup(copy)
            for step in [*after, Run(0)]:
                life.live(step)
            endings.write(conn, site, Retention(rows=()), life.today)
            up, given = names(conn), sequence(conn)
        with closing(open_registry(old)) as conn:
            with transaction(conn):
                endings.rejoin(conn, endings.read(site.var / "ended.json"))
            with transaction(conn):
                clock.apply(conn, POLICIES, CALENDAR, life.today)

            assert names(conn) <= up
            assert sequence(conn)[: len(given)] == given
            assert list(verify(conn, life.today)) == []


_OLD = penalty(1, facts=DOUBTFUL, fine_fen=50_000, decided_on="2023-03-02", valid_until=None)


def decided_twice(first: Verdict, then: Verdict) -> tuple[list[Step], list[Step]]:
    """A place that was decided, erased with its record, delivered again, and decided otherwise."""
    return (
        [Deliver("penalty", [_OLD], approved=True), Decide(0, first)],
        [Age(246), Deliver("penalty", [_OLD, penalty(2)], approved=False), Decide(0, then)],
    )


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS, STEPS)
def test_whatever_happened_nothing_that_is_down_comes_up(
    before: list[Step], after: list[Step]
) -> None:
    check_restored(before, after)


@pytest.mark.parametrize("first", list(Verdict))
@pytest.mark.parametrize("then", list(Verdict))
def test_of_two_decisions_about_a_place_the_stricter_stands(first: Verdict, then: Verdict) -> None:
    check_restored(*decided_twice(first, then))


@pytest.mark.prove
@settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS, STEPS)
def test_nothing_that_is_down_comes_up_in_many_lives(before: list[Step], after: list[Step]) -> None:
    check_restored(before, after)


def test_a_list_that_cannot_be_written_is_said_and_made_good(lived: tuple[Site, Path]) -> None:
    site, _ = lived
    (site.var / "ended.json").unlink()
    (site.var / "ended.json").mkdir()

    with pytest.raises(RegistryError, match="撤下清单"):
        pipeline.publish(site, today=LAST)

    (site.var / "ended.json").rmdir()
    pipeline.publish(site, today=LAST)
    assert endings.read(site.var / "ended.json").day == LAST.isoformat()
