"""The leak scan: numbers of persons in any artefact, and nothing else. Invented numbers."""

import gzip
import random
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from unittest import mock

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongshi.keys import Key
from gongshi.leak_scan import NOTHING, Known, detector, known, runs, scan_bytes, scan_tree, sieve
from tests import redaction_corpus as corpus

ID, MOBILE, CARD = "11010519491231002X", "13800138000", "6222021234567890128"

CLEAN = [
    "统一社会信用代码：91110000802100433B",
    "甲市监罚〔2023〕13800138000号",
    "批号：13800138000，条码6901234567892",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "c13800138000d",
    "2026-11-22T20:01:02Z 20261122200102",
    '{"fine_fen": 13800138000, "seq": 1}',
    "N-138001380001",
    "<id>urn:uuid:6713a196-1312-5962-928a-1ebdf513df73</id>",
    "<id>urn:uuid:5e027186-f189-5848-9849-cc17f7732021</id>",
    "〔身份证号〕〔手机号〕张某1",
    "110105194912310021",
]


@pytest.mark.parametrize("text", CLEAN)
def test_what_is_public_is_no_hit(text: str) -> None:
    assert scan_bytes(text.encode(), "a.txt") == []


def test_a_number_beside_the_name_of_a_record_is_a_hit() -> None:
    name = "urn:uuid:6713a196-1312-5962-928a-1ebdf513df73"

    assert scan_bytes(f"{name} {MOBILE}".encode(), "a.txt")
    assert scan_bytes(f"{MOBILE}\n{name}".encode(), "a.txt")
    assert scan_bytes(f"urn:uuid:{MOBILE}".encode(), "a.txt")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (ID, "identity_no"),
        (ID.lower(), "identity_no"),
        ("１１０１０５19491231００2X", "identity_no"),
        ("110105 19491231 002X", "identity_no"),
        (MOBILE, "mobile"),
        ("138-0013-8000", "mobile"),
        ("１３８００１３８０００", "mobile"),
        (CARD, "card"),
        ("6222 0212 3456 7890 128", "card"),
    ],
)
def test_a_number_of_a_person_is_a_hit_that_does_not_show_it(text: str, kind: str) -> None:
    (hit,) = scan_bytes(f"号码：{text}。".encode(), "a.txt")

    assert hit.kind == kind
    assert text not in str(hit)


def test_columns_and_keys_of_codes_and_sums_are_none() -> None:
    data = "party,fine_fen,facts\n甲,13800138000,1\n乙,1,13800138000\n"

    assert len(scan_bytes(data.encode(), "penalties.csv")) == 1
    assert len(scan_bytes(b'{"fine_fen": 13800138000, "facts": "13800138000"}', "a.json")) == 1


def write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def write_gzip(path: Path, text: str) -> None:
    path.write_bytes(gzip.compress(text.encode()))


def write_zip(path: Path, text: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", f"<t>{text}</t>")


def write_nested(path: Path, text: str) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("inner.csv.gz", gzip.compress(text.encode()))


def write_table(path: Path, text: str) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("create table penalties (facts text, uscc text)")
        conn.execute(
            "insert into penalties values (?, '91110000802100433B')", ("长" * 9000 + text,)
        )
        conn.commit()


def write_index(path: Path, text: str) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("create virtual table f using fts5(x, content='', detail=none)")
        conn.execute("insert into f values (?)", (text,))
        conn.commit()


def write_free_page(path: Path, text: str) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("pragma secure_delete = off")
        conn.execute("create table penalties (facts text)")
        conn.executemany("insert into penalties values (?)", [(f"电话{text}，",)] * 50)
        conn.commit()
        conn.execute("delete from penalties")
        conn.commit()


WRITERS: list[tuple[str, Callable[[Path, str], None]]] = [
    ("penalties.csv", write_text),
    ("penalties.json", write_text),
    ("feed.atom", write_text),
    ("manifest.json", write_text),
    (".hidden", write_text),
    ("noextension", write_text),
    ("a.csv.gz", write_gzip),
    ("a.xlsx", write_zip),
    ("a.zip", write_nested),
    ("public.db", write_table),
    ("terms.db", write_index),
    ("free.db", write_free_page),
]


@pytest.mark.parametrize(("name", "write"), WRITERS, ids=[name for name, _ in WRITERS])
@pytest.mark.parametrize("make", [corpus.identity, corpus.mobile, corpus.card])
def test_a_planted_number_is_found_in_every_kind_of_artefact(
    tmp_path: Path,
    name: str,
    write: Callable[[Path, str], None],
    make: Callable[[random.Random], str],
) -> None:
    rng = random.Random(name)  # noqa: S311  invented values
    number = make(rng)
    if write is write_index:
        number = number.replace(" ", "").replace("-", "")
    write(tmp_path / name, number)

    hits = scan_tree(tmp_path)

    assert hits
    assert all(hit.artefact.startswith(str(tmp_path / name)) for hit in hits)
    assert all(number not in str(hit) for hit in hits)


def test_a_clean_tree_has_no_hit(tmp_path: Path) -> None:
    for name, write in WRITERS:
        write(tmp_path / name, "示例商贸有限公司销售过期食品")

    assert scan_tree(tmp_path) == []


def test_a_number_in_a_file_name_is_a_hit(tmp_path: Path) -> None:
    (tmp_path / f"{MOBILE}.csv").touch()

    assert len(scan_tree(tmp_path)) == 1


def test_a_packed_file_that_cannot_be_unpacked_is_a_hit(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(b"\x1f\x8bbroken")

    assert [hit.kind for hit in scan_tree(tmp_path)] == ["unreadable"]


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ("13800138000", "11010519491231002X", "\n", " ", "甲", "7", "１３８００１３８０００")
        )
    ),
    st.integers(1, 40),
)
def test_a_file_seen_window_by_window_hides_nothing(parts: list[str], window: int) -> None:
    data = "".join(parts).encode()
    whole = list(detector.candidates(data))

    with mock.patch.object(runs, "_WINDOW", window):
        assert sorted(map(repr, detector.candidates(data))) == sorted(map(repr, whole))


def test_a_mapped_file_larger_than_a_window_is_seen_to_its_end(tmp_path: Path) -> None:
    line = ("甲" * 1000 + "\n").encode()
    (tmp_path / "large.txt").write_bytes(line * 12_000 + b"13800138000\n" + line * 12_000)

    hits = scan_tree(tmp_path)

    assert [(hit.kind, hit.where) for hit in hits] == [("mobile", f"byte {len(line) * 12_000}")]


_PIECES = (
    *(ID, MOBILE, CARD, ID.lower(), "110105 19491231 002X", "138-0013-8000", "138 001 38000"),
    *("86 13800138000", "0086-138-0013-8000", "013800138000", "1 3 8 0 0 1 3 8 0 0 0"),
    *("6222 0212 3456 7890 128", MOBILE.encode().hex(), "B20260101-0001", "2026-11-22"),
    *("tel", "No", "a", "X", "x", "-", " ", "  ", "\n", ",", "〔", "86", "01"),
    "911100008021004330",
    *("88888888", "0571-88888888", "urn:uuid:6713a196-1312-5962-928a-1ebdf513df73"),
)
_KEY = Key(b"invented" * 4)
_KNOWN = known((_KEY.of_number(digits) for digits in ("88888888", MOBILE, "2026112")), _KEY)


@settings(max_examples=300)
@given(
    st.lists(st.one_of(st.sampled_from(_PIECES), st.text("0123456789 -Xa", max_size=24))),
    st.booleans(),
    st.sampled_from([NOTHING, _KNOWN]),
)
def test_the_sieve_leaves_out_no_run_that_holds_a_number(
    pieces: list[str],
    raw: bool,  # noqa: FBT001
    masked: Known,
) -> None:
    data = "".join(pieces).encode() + bytes(8192)  # too long for the short way round

    found = list(detector.candidates(data, masked, raw=raw))
    with mock.patch.multiple(sieve, numbered=_all, masked=_all):
        assert found == list(detector.candidates(data, masked, raw=raw))


def _all(runs: runs.Runs, *_: object, **__: object) -> npt.NDArray[np.bool_]:
    return np.ones(len(runs), np.bool_)


def test_a_number_of_the_sequence_is_no_masked_landline(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    with closing(sqlite3.connect(file)) as conn, conn:
        conn.execute("create table events (seq integer primary key, at text)")
        conn.executemany("insert into events values (?, '')", [(88888888,), (13800138000,)])

    hits = scan_tree(tmp_path, _KNOWN)

    assert [hit.kind for hit in hits] == ["redacted", "mobile"]
