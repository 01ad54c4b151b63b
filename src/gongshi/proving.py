"""An agency's original held against what is served: the same, apart from logged spans.

    file ─▶ cells as written ─log─▶ public text ─decisions─▶ record ═ registry ═ release

The proof takes the log and the decisions as they are written, not the rules of today: it finds
out a changed record, a forged log and a release that says something else.

Source: 市场监督管理行政处罚信息公示规定 art. 7.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from gongshi import ingest, keys, records, registry
from gongshi.declarations.authority_register import load_register
from gongshi.declarations.redaction_policy import load_redaction_policy
from gongshi.deidentify import log
from gongshi.errors import UsageError
from gongshi.keys import Key
from gongshi.models import ROW, SHEET, RawTable
from gongshi.records import Kind, rulings
from gongshi.redaction import Span, label
from gongshi.site import Site
from gongshi.table_schema import load_all

_NO_MASK = "早先版本的脱敏日志没有记录掩码,无法证明"

Cell = tuple[str, int, int, str]
"""Sheet, row, line of the row, public column."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell whose public text does not follow from the original; holds no text of either."""

    what: str
    where: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What came of holding one file against the site, in records.

    `proved` are served as the file, the log and the decisions give them; `superseded` stand as a
    later delivery brought them; `absent` were never taken in: refused, withheld, or waiting.
    """

    file: str
    batch: str
    proved: int
    superseded: int
    absent: int
    spans: int
    problems: tuple[Difference, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the counts as a program reads them."""
        names = ("file", "batch", "proved", "superseded", "absent", "spans")
        return {name: getattr(self, name) for name in names}

    @property
    def words(self) -> str:
        """What a person is told."""
        found = [f"✗ {each.where} {each.what}:{each.detail}" for each in self.problems]
        zh = (
            f"{self.file}(批次 {self.batch}):{self.proved} 条记录的公示文本与原件一致,"
            f"差别只有脱敏日志中的 {self.spans} 处;{self.superseded} 条已由后来的报送更新,"
            f"{self.absent} 条没有收录;不一致 {len(found)} 处。"
        )
        en = f"{self.proved} records follow from the original; {len(found)} differences."
        return "\n".join((*found, zh, en))


@dataclass(frozen=True, slots=True)
class _Logged:
    """What the log has of one cell."""

    spans: list[Span]
    original_hash: str


@dataclass(frozen=True, slots=True)
class _Standing:
    """A record as the registry has it."""

    id: str
    batch: str
    shown: bool
    cells: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the file: where it is, its key, and the public text that the log gives."""

    place: tuple[str, int, int]
    key: tuple[str, ...]
    cells: Mapping[str, str | None]
    spans: int


def prove(site: Site, file: Path, *, agency: str | None = None) -> Proof:
    """Hold a file that was taken in against the log, the registry and the release in force.

    Raises:
        FileRefusedError: it cannot be read.
        UsageError: this very file was not taken in, or it is one of events.
        RegistryError: the registry cannot be read.
    """
    site.require_registry()
    schemas = load_all(site.schemas)
    agencies = ingest.agreeing_agencies(site.ingest, schemas)
    register = load_register(site.schemas / "authorities")
    raw = ingest.read_tables(file, agencies, agency=agency, schemas=schemas, register=register)
    key = keys.load(site.var)
    with closing(registry.open_registry(site.registry)) as conn:
        registry.require_same_key(conn, key.fingerprint)
        kind, batch, received_on = _known(conn, raw, file)
        areas = {code: spec.jurisdiction for code, spec in agencies.items()}
        policy = load_redaction_policy(site.schemas / "policies", received_on, areas=areas)
        written = log.as_written(raw, policy, key)
        with closing(_release(site)) as public:
            hold = _Hold(
                conn=conn,
                public=public,
                kind=kind,
                batch=batch,
                key=key,
                logged=_log_of(conn, batch),
                decided=rulings.load(conn, kind),
                origins=rulings.origins(conn, batch),
            )
            return _held(hold, written, file)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hold:
    """What a file is held against: registry, release in force, log and decisions."""

    conn: sqlite3.Connection
    public: sqlite3.Connection
    kind: Kind
    batch: str
    key: Key
    logged: Mapping[Cell, _Logged]
    decided: rulings.Rulings
    origins: rulings.Origins


def _release(site: Site) -> sqlite3.Connection:
    """Return a connection to the release in force, which cannot write; to nothing without one."""
    release = site.current_release()
    if release is None:
        return sqlite3.connect(":memory:")
    path = site.release(release) / "public.db"
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _known(conn: sqlite3.Connection, raw: RawTable, file: Path) -> tuple[Kind, str, date]:
    """Return as what, in which batch and when a file was taken in."""
    if raw.schema not in records.KINDS:
        raise UsageError(
            f"{file.name} 是变动事项,不是处罚或名单记录,不能这样证明。",
            f"{file.name} holds events; only files of records can be proved.",
        )
    batch = registry.known_file(conn, raw.source.agency, raw.source.sha256)
    if batch is None:
        raise UsageError(
            f"{file.name} 没有入过库:登记库中没有与它逐字节相同的文件。",
            f"{file.name} was never taken in: no batch came from this very file.",
            todo="请用报送时的原件,并用 --agency 指明报送机构。",
        )
    (day,) = conn.execute("select received_on from batches where batch = ?", (batch,)).fetchone()
    return records.KINDS[raw.schema], batch, date.fromisoformat(day)


def _log_of(conn: sqlite3.Connection, batch: str) -> Mapping[Cell, _Logged]:
    """Return what was masked in a batch, cell by cell; an old log has no masks."""
    rows = conn.execute(
        'select sheet, "row", line, field, rule, start, "end", mask, original_hash '
        'from redaction_log where batch = ? order by sheet, "row", line, field, start',
        (batch,),
    )
    found: dict[Cell, _Logged] = {}
    for sheet, row, line, field, rule, start, end, mask, digest in rows:
        if mask is None or line is None:
            raise UsageError(_NO_MASK, "The log is of an earlier version, without masks.")
        cell = found.setdefault((sheet, row, line, field), _Logged([], digest))
        cell.spans.append(Span(start, end, rule, mask))
    return found


def _held(hold: _Hold, written: pl.DataFrame, file: Path) -> Proof:
    """Return the proof of a file whose cells and log are known."""
    counts: Counter[str] = Counter()
    problems: list[Difference] = []
    for line, broken in _lines(hold, written):
        standing = _standing(hold, line)
        if standing is None or standing.batch > hold.batch:
            counts["superseded" if standing else "absent"] += 1
            continue
        wrong = [*broken, *_differences(hold, line, standing)]
        problems += wrong
        counts["proved"] += not wrong
        counts["spans"] += line.spans
    return Proof(
        file=file.name,
        batch=hold.batch,
        **{name: counts[name] for name in ("proved", "superseded", "absent", "spans")},
        problems=tuple(problems),
    )


def _lines(hold: _Hold, written: pl.DataFrame) -> Iterator[tuple[_Line, list[Difference]]]:
    """Yield each line with the text that the log gives, and where the log does not fit it."""
    for row in written.iter_rows(named=True):
        place = (label(row.pop(SHEET)), row.pop(ROW), row.pop("_line"))
        key = tuple(row[name] or "" for name in hold.kind.key)
        cells, broken, spans = {}, [], 0
        for name, original in row.items():
            cells[name] = original
            if found := hold.logged.get((*place, name)):
                spans += len(found.spans)
                try:
                    cells[name] = log.proved(
                        original or "", found.spans, found.original_hash, hold.key
                    )
                except ValueError as exc:
                    broken.append(_difference("日志", place, name, str(exc)))
        yield _Line(place, key, cells, spans), broken


def _standing(hold: _Hold, line: _Line) -> _Standing | None:
    """Return the record of a line as it stands, None where there is none."""
    kind, names = hold.kind, [*line.cells]
    where = " and ".join(f"r.{name} = ?" for name in kind.key)
    row = hold.conn.execute(
        f"select r.id, r.batch, s.shown, {', '.join(f'r.{name}' for name in names)} "  # noqa: S608
        f"from {kind.stem}_records as r join {kind.stem}_standing as s on s.rid = r.rid "
        f"where {where}",
        line.key,
    ).fetchone()
    if row is None:
        return None
    return _Standing(row[0], row[1], bool(row[2]), dict(zip(names, row[3:], strict=True)))


def _differences(hold: _Hold, line: _Line, standing: _Standing) -> Iterator[Difference]:
    """Yield where registry or release are not what file, log and decisions give."""
    expected = _decided(hold, line)
    served = _served(hold, standing) if standing.shown else {}
    for name, text in expected.items():
        if (standing.cells[name] or "") != (text or ""):
            detail = "登记库中的文本不能由原件、脱敏日志和复核决定得出"
            yield _difference("登记库", line.place, name, detail)
        elif (served.get(name, text) or "") != (text or ""):
            detail = "公示的文本与登记库不同;如有尚未发布的变动,请先 publish"
            yield _difference("发布版本", line.place, name, detail)


def _decided(hold: _Hold, line: _Line) -> Mapping[str, str | None]:
    """Return the cells of a line with the decisions of the review put over them."""
    record = json.dumps(list(line.key), ensure_ascii=False)
    if record not in hold.decided:
        return line.cells
    blank: dict[str, Any] = dict.fromkeys(hold.kind.content)
    content = pl.DataFrame([blank | dict(line.cells) | {"redactions": 0}], infer_schema_length=None)
    given = {record: hold.decided[record]}
    ruled = rulings.rule(hold.kind, content, given, hold.origins).content
    return ruled.select([*line.cells]).row(0, named=True)


def _served(hold: _Hold, standing: _Standing) -> Mapping[str, Any]:
    """Return a record as the release in force serves it."""
    kind = hold.kind
    rows = hold.public.execute(
        f"select * from {kind.view} where {kind.id} = ?",  # noqa: S608
        (standing.id,),
    )
    names = [each[0] for each in rows.description]
    row: Sequence[Any] | None = rows.fetchone()
    return dict(zip(names, row, strict=True)) if row else {}


def _difference(what: str, place: tuple[str, int, int], name: str, detail: str) -> Difference:
    sheet, row, _ = place
    return Difference(what, f"{sheet} 第 {row} 行 {name}".strip(), detail)
