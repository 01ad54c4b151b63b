"""Search, facets and exports: the same rows by every way, and the rows that LIKE finds."""

import csv
import io
import random
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongshi import search
from gongshi.serve import finder
from gongshi.serve.table_csv import guarded
from tests.portal import ROOT, Visitor, code, make_site, opaque, seal, visiting

ROWS = 400


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    site = make_site(tmp_path_factory.mktemp("site"))
    seal(site, 1, ROWS)
    with visiting(site) as found:
        yield found


@pytest.fixture(scope="module")
def conn(visitor: Visitor) -> Iterator[sqlite3.Connection]:
    file = visitor.portal._site.release(1) / "public.db"  # noqa: SLF001 - the file under test
    with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as opened:
        opened.row_factory = sqlite3.Row
        yield opened


def like(conn: sqlite3.Connection, text: str) -> set[str]:
    where = " or ".join(f"{name} like ?1" for name in finder.TEXTS)
    query = f"select penalty_id from penalties where {where}"  # noqa: S608 - our own names
    return {row[0] for row in conn.execute(query, (f"%{text}%",))}


def walk(conn: sqlite3.Connection, asked: finder.Question) -> list[str]:
    seen: list[str] = []
    before: int | None = None
    while True:
        rows, before = finder.find(conn, asked, before=before)
        seen += [row["penalty_id"] for row in rows]
        if before is None:
            return seen


def test_search_finds_what_like_finds(conn: sqlite3.Connection) -> None:
    random_ = random.Random(3)  # noqa: S311 - which words to try
    texts = [row[0] for row in conn.execute("select facts || party || authority from penalties")]
    words: set[str] = set()
    while len(words) < 200:
        text, size = random_.choice(texts), random_.randint(1, 8)
        start = random_.randrange(len(text) - size)
        words.add(text[start : start + size])
    chosen = [
        word for word in words if re.search(r"[\u4e00-\u9fff]", word) and word.strip() == word
    ]

    for word in chosen:
        quoted = f'"{word}"'
        assert set(walk(conn, finder.Question(quoted, {}))) == like(conn, word), word


def test_paging_gives_every_row_once_newest_first(conn: sqlite3.Connection) -> None:
    seen = walk(conn, finder.Question("", {}))
    newest = [
        row[0] for row in conn.execute("select penalty_id from penalties order by rowid desc")
    ]

    assert seen == newest


@pytest.mark.parametrize(
    "params",
    [
        {"kind": "罚款"},
        {"q": "食品", "year": "2026"},
        {"q": "食品 甲市", "severity": "严重"},
        {"authority": code("11", 1)},
        {"category": "自然人"},
        {"region": "99"},
        {"list": "yanzhong"},
        {"amount": "无罚款", "kind": "责令停产停业"},
    ],
)
def test_the_tally_is_the_number_of_rows_and_facets_add_up(
    conn: sqlite3.Connection, params: dict[str, str]
) -> None:
    asked = finder.question(params)
    tally = finder.tally(conn, asked)

    assert tally.n == len(walk(conn, asked)) > 0
    assert not tally.is_partial
    assert sum(n for _, n in tally.facets["year"]) == tally.n


def test_counting_stops_at_a_bound_and_says_so(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finder, "BOUND", 30)

    tally = finder.tally(conn, finder.Question("当事人", {}))

    assert (tally.n, tally.is_partial) == (30, True)


def test_a_code_and_a_document_number_lead_to_their_page(visitor: Visitor) -> None:
    firm = visitor.get(f"/search?q={code('91', 1).lower()}&lang=en")
    document = visitor.get("/search?q=甲市罚字[2025] 5 号")

    assert (firm.status_code, document.status_code) == (302, 302)
    assert firm.headers["location"] == f"/party/{code('91', 1)}?lang=en"
    assert document.headers["location"] == f"/penalty/{opaque('p', 5)}"


def test_what_was_found_is_marked(visitor: Visitor) -> None:
    assert "<mark>食品</mark>" in visitor.get("/search?q=食品").text


def test_datasette_searches_and_counts_as_the_search_page_does(visitor: Visitor) -> None:
    for query in ("食品", "食品 甲市", '"保质期的食品"', "罚", "〔〕", "没有这样的字号"):
        table = visitor.get(f"/public/penalties.json?_search={query}&_size=max").json()
        page = visitor.get(f"/search?q={query}").text

        assert table["filtered_table_rows_count"] == len(table["rows"])
        if query != "〔〕":
            assert f"：{table['filtered_table_rows_count']} 件" in page, query


def test_facets_of_the_whole_table_come_from_its_counts(
    visitor: Visitor, conn: sqlite3.Connection
) -> None:
    facets = visitor.get("/public/penalties.json?_size=1&_facet=authority").json()["facet_results"]

    assert {"authority", "kinds_json", "party_category", "year", "region_code"} <= facets.keys()
    assert "authority_2" not in facets
    for name in ("party_category", "year", "severity"):
        counted = conn.execute(f"select {name}, count(*) from penalties group by 1")  # noqa: S608
        assert {(each["value"], each["count"]) for each in facets[name]["results"]} == {
            (str(value), n) for value, n in counted
        }


def test_facets_of_a_filtered_table_are_counted(visitor: Visitor) -> None:
    answer = visitor.get("/public/penalties.json?year=2026&_search=食品&_size=1").json()

    facets = answer["facet_results"]
    assert (
        sum(each["count"] for each in facets["severity"]["results"])
        == answer["filtered_table_rows_count"]
    )
    fine = next(each for each in facets["kinds_json"]["results"] if each["value"] == "罚款")
    narrowed = visitor.get(fine["toggle_url"]).json()
    assert narrowed["filtered_table_rows_count"] == fine["count"]


def test_datasette_pages_lose_no_row_in_the_declared_order(visitor: Visitor) -> None:
    seen: list[int] = []
    place: str | None = "/public/penalties.json?_size=37&_col=seq"
    while place:
        answer = visitor.get(place).json()
        seen += [row[1] for row in answer["rows"]]
        place = answer["next_url"]

    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == ROWS


def test_a_csv_is_complete_and_opens_in_a_spreadsheet(visitor: Visitor) -> None:
    answer = visitor.get("/public/penalties.csv")

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer.content.startswith("\ufeff".encode())
    assert len(rows) == ROWS == int(answer.headers["x-row-count"])
    assert all(not re.fullmatch(r"\d{12,}", row["uscc"]) for row in rows)


@pytest.mark.parametrize("piece", [1, 7, 400])
def test_a_filtered_csv_holds_what_the_table_holds(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr("gongshi.serve.table_csv.PIECE", piece)
    query = "_search=食品 甲市&year__gte=2026&_col=doc_no"
    table = visitor.get(f"/public/penalties.json?{query}&_size=max").json()

    text = visitor.get(f"/public/penalties.csv?{query}").content.decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["penalty_id", "doc_no"]
    assert {tuple(row) for row in rows[1:]} == {tuple(row) for row in table["rows"]}
    assert len(rows) - 1 == len(table["rows"]) > 0


@settings(max_examples=200)
@given(st.text())
def test_no_cell_of_a_csv_is_a_formula(text: str) -> None:
    cell = str(guarded(text))

    assert cell[:1] not in set("-=+@\r") or re.fullmatch(r"\d{4}-\d\d-\d\d", cell)
    assert cell in (text, f"'{text}", f"\t{text}")


def test_searched_columns_are_those_of_the_public_tables() -> None:
    from gongshi.publish.columns import TABLES  # noqa: PLC0415 - publishing is another stage

    for table, columns in search.COLUMNS.items():
        assert set(columns) <= {each.name for each in TABLES[table]}
    assert (ROOT / "plugins" / "chinese_search.py").is_file()
