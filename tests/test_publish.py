# ruff: noqa: S608 - the SQL of tests is put together from our own names
"""A release: only what may be seen, whole, described by its manifest, equal for equal state."""

import csv
import hashlib
import json
import sqlite3
from datetime import date
from pathlib import Path

import frictionless
import pytest

from gongshi.errors import LeakError
from gongshi.formats import identity_no
from gongshi.publish.columns import FACETS, TABLES

from . import publishing
from .publishing import Registry

LATER = date(2026, 11, 23)


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return publishing.make(tmp_path / "site")


def rows(registry: Registry, query: str) -> list[tuple[object, ...]]:
    with registry.public() as conn:
        found = conn.execute(query).fetchall()
    conn.close()
    return found


def content(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_only_what_is_shown_is_published(registry: Registry) -> None:
    kept, ended = registry.add(), registry.add(facts="独一无二的旧事实")
    registry.end(ended)

    released = registry.publish()

    assert rows(registry, "select penalty_id from penalties") == [(kept,)]
    assert (released.release, released.seq, released.added, released.ended) == (1, 3, 2, 1)
    assert rows(registry, "select op, id from events order by seq") == [
        ("ADD", kept),
        ("DEL", ended),
    ]
    assert rows(registry, "select id, reason, authority from tombstones") == [(ended, "期满", None)]


def test_no_byte_of_the_build_tells_what_ended(registry: Registry) -> None:
    marks = [f"独有标记{chr(0x4E00 + number)}甲" for number in range(20)]
    ids = [registry.add(facts=mark, party=mark, doc_no=mark) for mark in marks]
    entry = registry.enlist(party="独有名单主体甲", reason="独有列入事由")
    registry.publish()
    for penalty_id in ids[::2]:
        registry.end(penalty_id)
    registry.end(entry)

    registry.publish(LATER)

    gone = [*marks[::2], "独有名单主体甲", "独有列入事由"]
    for data in content(registry.site.build).values():
        assert not [text for text in gone if text.encode() in data]
    assert all(
        mark.encode() in content(registry.site.build)["releases/2/public.db"]
        for mark in marks[1::2]
    )


def test_an_earlier_release_keeps_its_manifest_alone(registry: Registry) -> None:
    registry.add()
    registry.publish()
    registry.add()

    registry.publish()

    assert list(content(registry.site.release(1))) == ["manifest.json"]
    assert registry.site.current.read_text() == "2"


def test_a_release_that_would_change_nothing_is_not_sealed(registry: Registry) -> None:
    registry.add()
    first = registry.publish()

    again = registry.publish(LATER)

    assert (again.release, again.sealed, again.path) == (first.release, False, first.path)
    assert registry.conn.execute("select count(*) from releases").fetchone() == (1,)


def test_a_changed_declaration_seals(registry: Registry) -> None:
    registry.add()
    registry.publish()
    site = registry.policies.site.model_copy(update={"title": "另一个名称"})
    registry.policies = registry.policies.model_copy(update={"site": site})

    assert registry.publish().release == 2


def test_a_damaged_release_in_force_is_replaced(registry: Registry) -> None:
    registry.add()
    first = registry.publish()
    (first.path / "downloads" / "penalties.csv").unlink()

    assert registry.publish().release == 2


def test_the_manifest_names_every_file_and_the_one_before(registry: Registry) -> None:
    registry.add()
    first = registry.publish()
    before = hashlib.sha256((first.path / "manifest.json").read_bytes()).hexdigest()
    registry.add()
    second = registry.publish()

    manifest = json.loads((second.path / "manifest.json").read_bytes())

    files = content(second.path)
    del files["manifest.json"]
    assert {line["path"]: (line["size"], line["sha256"]) for line in manifest["files"]} == {
        path: (len(data), hashlib.sha256(data).hexdigest()) for path, data in files.items()
    }
    assert manifest["previous"] == {"release": 1, "manifest_sha256": before}
    assert (manifest["release"], manifest["seq"], manifest["day"]) == (2, 2, "2026-11-22")
    assert {line["path"]: line.get("rows") for line in manifest["files"]}[
        "downloads/penalties.csv"
    ] == 2


def test_the_same_state_on_the_same_day_gives_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name in ("a", "b"):
        registry = publishing.make(tmp_path / name)
        ids = [registry.add() for _ in range(30)]
        registry.enlist(penalty_id=ids[3])
        registry.end(ids[5])
        made.append(content(registry.publish().path))

    assert made[0] == made[1]


def test_a_leak_stops_everything_and_is_named(registry: Registry) -> None:
    registry.add()
    registry.publish()
    number = "11010119000101001"  # invented: no one lives who was born in 1900
    number += identity_no.check_digit(number)
    registry.conn.execute("begin")
    registry.add(facts=f"当事人身份证号{number}")
    registry.conn.execute("commit")

    with pytest.raises(LeakError) as caught:
        registry.publish()

    assert number not in str(caught.value)
    assert "public.db" in str(caught.value)
    assert registry.site.current.read_text() == "1"
    assert [folder.name for folder in registry.site.releases.iterdir()] == ["1"]
    assert registry.conn.execute("select max(release) from releases").fetchone() == (1,)
    assert not registry.conn.in_transaction


def test_every_table_and_column_of_the_contract_is_there(registry: Registry) -> None:
    registry.publish()

    for table, columns in TABLES.items():
        named = rows(registry, f"select name from pragma_table_info('{table}')")
        assert [name for (name,) in named] == [each.name for each in columns]


def test_the_file_is_fit_for_reading_only(registry: Registry) -> None:
    registry.add()
    folder = registry.publish().path

    assert rows(registry, "pragma journal_mode") == [("delete",)]
    assert rows(registry, "pragma integrity_check") == [("ok",)]
    assert [file.name for file in folder.glob("public.db*")] == ["public.db"]


def test_row_ids_are_the_order_of_publication(registry: Registry) -> None:
    ids = [registry.add() for _ in range(3)]
    registry.change(ids[0], facts="更正后的事实")
    registry.publish()

    assert rows(registry, "select rowid, seq from penalties order by rowid") == [
        (1, 4),
        (2, 2),
        (3, 3),
    ]
    newest = (
        "select rowid from penalties_fts where penalties_fts match '\"甲\"*' order by rowid desc"
    )
    assert rows(registry, newest) == [(3,), (2,), (1,)]
    paging = "explain query plan select * from penalties order by seq desc limit 3"
    assert "USING INDEX" in str(rows(registry, paging))


def test_counts_agree_with_the_table(registry: Registry) -> None:
    for number in range(12):
        registry.add(
            kinds="警告" if number % 3 else "罚款;警告",
            fine_fen=(None, 0, 99_999, 100_000, 100_001, 200_000_000)[number % 6],
            region_code=None if number % 4 else "990102",
        )
    registry.publish()

    for facet in FACETS["penalties"]:
        if facet == "kinds_json":
            source = "penalties, json_each(kinds_json)"
            counted = rows(registry, f"select value, count(*) from {source} group by 1")
        else:
            counted = rows(
                registry, f"select coalesce({facet}, '') || '', count(*) from penalties group by 1"
            )
        stored = rows(
            registry,
            f"select value, n from counts where \"table\" = 'penalties' and \"column\" = '{facet}'",
        )
        assert sorted(stored) == sorted(counted)
    assert rows(
        registry,
        "select n from counts where value = '' and \"column\" = '' and \"table\" = 'penalties'",
    ) == [(12,)]


def test_amount_bands_end_where_they_say(registry: Registry) -> None:
    for fine in (None, 0, 1, 100_000, 100_001, 1_000_000, 100_000_000, 100_000_001):
        registry.add(fine_fen=fine)
    registry.publish()

    assert [
        band for (band,) in rows(registry, "select amount_band from penalties order by rowid")
    ] == [
        "无罚款",
        "无罚款",
        "1千元以下",
        "1千元以下",
        "1千元至1万元",
        "1千元至1万元",
        "10万元至100万元",
        "100万元以上",
    ]


def test_persons_have_no_row_among_the_parties(registry: Registry) -> None:
    registry.add(party="张某某", party_category="自然人", uscc=None)
    registry.add(party="旧名有限公司", uscc="91990101000000777X")
    registry.add(party="新名有限公司", uscc="91990101000000777X")
    registry.enlist(party="新名有限公司", uscc="91990101000000777X")
    registry.publish()

    assert rows(registry, "select name, penalties, entries from parties") == [
        ("新名有限公司", 2, 1)
    ]


def test_a_list_entry_marks_the_penalties_of_its_party(registry: Registry) -> None:
    linked, other = registry.add(uscc=None), registry.add()
    code = registry.policies.lists["YZWF"].code
    registry.enlist(penalty_id=linked, list_code=code, uscc=None)
    registry.publish()

    assert rows(registry, "select penalty_id, list_codes from penalties order by rowid") == [
        (linked, "YZWF"),
        (other, None),
    ]
    assert rows(registry, "select entries, seq from lists where list_code = 'YZWF'") == [(1, 3)]


def test_an_entry_does_not_point_to_a_penalty_that_ended(registry: Registry) -> None:
    penalty_id = registry.add()
    registry.enlist(penalty_id=penalty_id)
    registry.end(penalty_id)
    registry.publish()

    assert rows(registry, "select penalty_id from list_entries") == [(None,)]


def test_a_bare_ending_is_told_for_the_declared_time_only(registry: Registry) -> None:
    bare, told = registry.add(), registry.add()
    registry.end(bare)
    registry.end(told, "复议撤销", told=True)
    registry.publish()
    assert len(rows(registry, "select 1 from tombstones")) == 2
    registry.add()

    registry.publish(date(2027, 11, 22))

    assert rows(registry, "select id from tombstones") == [(told,)]
    assert len(rows(registry, "select 1 from events where op = 'DEL'")) == 2


def test_the_csv_opens_right_in_a_spreadsheet(registry: Registry) -> None:
    cells = {
        "facts": '=HYPERLINK("http://x")',
        "content": "＋1",
        "party": '甲市"示例",\n有限公司',
        "doc_no": "1-2",
        "uscc": "911101051012345671",
        "basis": "@sum",
        "reg_no": "0123",
        "legal_rep": "-李某某",
    }
    registry.add(**cells)
    folder = registry.publish().path / "downloads"

    data = (folder / "penalties.csv").read_bytes()
    (row,) = csv.DictReader(data.decode("utf-8-sig").splitlines(keepends=True))

    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == 2
    assert row["facts"] == "'" + cells["facts"]
    assert row["content"] == "'＋1"
    assert row["party"] == cells["party"]
    assert row["doc_no"] == "\t1-2"
    assert row["uscc"] == "\t911101051012345671"
    assert row["basis"] == "'@sum"
    assert row["reg_no"] == "\t0123"
    assert row["legal_rep"] == "'-李某某"
    assert (row["fine_fen"], row["decided_on"], row["region_code"]) == (
        "500000",
        "2026-11-01",
        "990101",
    )
    assert row["authority_code"] == "11990101MB0000001X"
    (same,) = json.loads((folder / "penalties.json").read_bytes())
    assert {name: same[name] for name in cells} == cells


def test_every_list_is_there_as_csv_and_json_even_when_empty(registry: Registry) -> None:
    registry.enlist(list_code="YZWF")
    folder = registry.publish().path / "downloads"

    for code, spec in registry.policies.lists.items():
        assert (folder / f"list-{code}.csv").exists() is spec.enabled
        if spec.enabled:
            entries = json.loads((folder / f"list-{code}.json").read_bytes())
            assert len(entries) == (code == "YZWF")


def test_the_data_package_describes_the_downloads(registry: Registry) -> None:
    registry.add()
    registry.enlist()
    folder = registry.publish().path / "downloads"

    package = frictionless.Package.from_descriptor(
        json.loads((folder / "datapackage.json").read_bytes()), basepath=str(folder)
    )

    for resource in package.resources:
        if resource.format == "csv":
            report = frictionless.validate(resource)
            assert report.valid, report.flatten(["note"])
            assert all(field.title for field in resource.schema.fields)


def test_a_thousand_rows_are_all_found_by_search(registry: Registry) -> None:
    registry.conn.execute("begin")
    for _ in range(1000):
        registry.add()
    registry.conn.execute("commit")
    registry.publish()

    like = rows(registry, "select rowid from penalties where facts like '%假冒注册%' order by 1")
    query = (
        'select rowid from penalties_fts where penalties_fts match \'"假冒" AND "冒注" AND "注册"\''
    )
    found = {number for (number,) in rows(registry, query)}
    assert {number for (number,) in like} <= found
    assert rows(registry, "select count(*) from penalties") == [(1000,)]


def test_the_registry_knows_the_manifest(registry: Registry) -> None:
    registry.add()
    released = registry.publish()

    digest = hashlib.sha256((released.path / "manifest.json").read_bytes()).hexdigest()
    row = registry.conn.execute(
        "select release, seq, day, manifest_sha256, penalties, entries, added from releases"
    ).fetchone()
    assert row == (1, 1, "2026-11-22", digest, 1, 0, 1)


def test_sqlite_opens_it_immutable(registry: Registry) -> None:
    registry.add()
    path = registry.publish().path / "public.db"
    path.chmod(0o444)

    conn = sqlite3.connect(f"file:{path}?immutable=1", uri=True)

    assert conn.execute("select count(*) from penalties").fetchone() == (1,)
    conn.close()
