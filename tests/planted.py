"""Ways to plant a number in what is about to be published, one for each kind of artefact.

Each takes the folder of a release and a text with the number, and leaves it somewhere in it.
"""

import base64
import gzip
import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

Plant = Callable[[Path, str], None]


def _append(folder: Path, name: str, data: bytes) -> None:
    with (folder / name).open("ab") as file:
        file.write(data)


def _changed(folder: Path, *statements: tuple[str, tuple[object, ...]]) -> None:
    with closing(sqlite3.connect(folder / "public.db")) as conn:
        conn.execute("pragma secure_delete = off")
        for statement in statements:
            conn.execute(*statement)
        conn.commit()


def csv_cell(folder: Path, text: str) -> None:
    _append(folder, "downloads/penalties.csv", f'1,"甲,""{text}""",乙\r\n'.encode())


def json_text(folder: Path, text: str) -> None:
    _append(folder, "downloads/penalties.json", json.dumps({"facts": text}).encode())


def description(folder: Path, text: str) -> None:
    _append(folder, "downloads/datapackage.json", f'{{"sources": "{text}"}}'.encode())


def feed_text(folder: Path, text: str) -> None:
    _append(folder, "feeds/penalties.atom", f"<summary>{text}</summary>".encode())


def feed_entities(folder: Path, text: str) -> None:
    data = "".join(f"&#x{ord(c):x};" for c in text)
    _append(folder, "feeds/penalties.rss", f"<description>{data}</description>".encode())


def escaped(folder: Path, text: str) -> None:
    data = "".join(f"\\u{ord(c):04x}" for c in text)
    _append(folder, "feeds/penalties.json", f'{{"t": "{data}"}}'.encode())


def percent(folder: Path, text: str) -> None:
    data = "".join(f"%{byte:02X}" for byte in text.encode())
    _append(folder, "feeds/penalties.atom", f'<link href="/s?q={data}"/>'.encode())


def percent_twice(folder: Path, text: str) -> None:
    data = quote("".join(f"%{byte:02X}" for byte in text.encode()))
    _append(folder, "feeds/penalties.atom", f'<link href="/s?q={data}"/>'.encode())


def in_base64(folder: Path, text: str) -> None:
    data = base64.b64encode(f"甲市{text}".encode()).decode()
    (folder / "downloads" / "notes.txt").write_text(f"data:;base64,{data}", encoding="utf-8")


def in_hexadecimal(folder: Path, text: str) -> None:
    data = "".join(c for c in text if c.isascii()).replace(" ", "").replace("-", "")
    (folder / "downloads" / "notes.txt").write_text(data.encode().hex(), encoding="utf-8")


def utf16(folder: Path, text: str) -> None:
    (folder / "downloads" / "notes.txt").write_text(f"号码:{text}", encoding="utf-16")


def gzipped(folder: Path, text: str) -> None:
    (folder / "downloads" / "all.csv.gz").write_bytes(gzip.compress(f"a\n{text}\n".encode()))


def workbook(folder: Path, text: str) -> None:
    with zipfile.ZipFile(folder / "downloads" / "all.xlsx", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/sharedStrings.xml", f"<si><t>{text}</t></si>")


def nested(folder: Path, text: str) -> None:
    with zipfile.ZipFile(folder / "downloads" / "all.zip", "w") as file:
        file.writestr("inner.json.gz", gzip.compress(json_of(text)))


def json_of(text: str) -> bytes:
    return json.dumps({"text": text}, ensure_ascii=False).encode()


def remark_of_archive(folder: Path, text: str) -> None:
    with zipfile.ZipFile(folder / "downloads" / "all.zip", "w") as file:
        file.writestr("a.txt", "甲")
        file.comment = text.encode()


def packed_database(folder: Path, text: str) -> None:
    table_cell(folder, text)
    data = (folder / "public.db").read_bytes()
    with closing(sqlite3.connect(folder / "public.db")) as conn:
        conn.execute("delete from overrides where batch = 'B1'")
        conn.commit()
        conn.execute("vacuum")
    (folder / "downloads" / "public.db.gz").write_bytes(gzip.compress(data))


_OVERRIDE = "insert into overrides (batch, reason) values (?, ?)"


def table_cell(folder: Path, text: str) -> None:
    _changed(folder, (_OVERRIDE, ("B1", "长" * 9000 + text)))


def packed_cell(folder: Path, text: str) -> None:
    blob = gzip.compress(text.encode())
    _changed(folder, ("create table extra (b blob)", ()), ("insert into extra values (?)", (blob,)))


def number_cell(folder: Path, text: str) -> None:
    digits = "".join(c for c in text if c.isdigit())
    whole = digits == text and digits[0] != "0" and len(digits) < 19
    number = int(digits) if whole else text
    _changed(folder, ("create table extra (n)", ()), ("insert into extra values (?)", (number,)))


def search_index(folder: Path, text: str) -> None:
    dense = text.replace(" ", "").replace("-", "").replace("+", "")
    _changed(folder, ("insert into penalties_fts (rowid, text) values (99999, ?)", (dense,)))


def schema(folder: Path, text: str) -> None:
    _changed(folder, (f"create view extra as select '{text}' as t", ()))


def free_page(folder: Path, text: str) -> None:
    rows = ("insert into overrides (batch, reason) select penalty_id, ? from penalties", (text,))
    _changed(folder, rows, ("delete from overrides", ()))


def behind_the_last_page(folder: Path, text: str) -> None:
    _append(folder, "public.db", f",{text},".encode())


def write_ahead_log(folder: Path, text: str) -> None:
    (folder / "public.db-wal").write_bytes(b"\x37\x7f\x06\x82" + bytes(28) + f",{text},".encode())


def hidden_file(folder: Path, text: str) -> None:
    (folder / ".notes").write_text(text, encoding="utf-8")


def file_name(folder: Path, text: str) -> None:
    (folder / "downloads" / f"{text}.csv").touch()


KINDS: tuple[Plant, ...] = (
    csv_cell, json_text, description, feed_text, feed_entities, escaped, percent, percent_twice,
    in_base64, in_hexadecimal, utf16, gzipped, workbook, nested, remark_of_archive,
    packed_database, table_cell, packed_cell, number_cell, search_index, schema, free_page,
    behind_the_last_page, write_ahead_log, hidden_file, file_name,
)  # fmt: skip
RAW: frozenset[Plant] = frozenset({free_page, behind_the_last_page, in_hexadecimal, search_index})
"""Where the number stands in one piece: bytes of no row, words of an index."""
