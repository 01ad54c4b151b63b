"""Whose file is it? The header decides: the one declared layout that its columns fit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gongshi.content import SUITS
from gongshi.declarations.agency import AgencySpec, Layout
from gongshi.errors import FileRefusedError
from gongshi.ingest.agreement import authority_titles, demand_agreement
from gongshi.readers.header import Expectations, Header, Titles, find, normal, without_header
from gongshi.readers.piece import Piece
from gongshi.table_schema import TableSchema

_NEW_SOURCE = "新来源请维护者按 docs/contributor.md 的“Add an agency”声明版式。"


@dataclass(frozen=True, slots=True)
class Choice:
    """The agency whose layout a file has, with the header of each sheet that has it."""

    spec: AgencySpec
    schema: TableSchema
    headers: Mapping[str, Header]


def choose(
    path: Path,
    sheets: Sequence[Piece],
    agencies: Iterable[AgencySpec],
    schemas: Mapping[str, TableSchema],
) -> Choice:
    """Return the one agency whose layout the sheets have; `sheets` are the first pieces.

    Raises:
        FileRefusedError: F07, no header; F08, columns missing, or a member of an archive that has
            other columns; F11, several agencies fit.
        SpecError: a declaration does not agree with its schema.
    """
    layouts = [
        (spec, titles) for spec in agencies for titles in titles_of(spec, schemas[spec.schema_name])
    ]
    headed = [(spec, sheet, find(sheet, titles)) for sheet in sheets for spec, titles in layouts]
    found = [(spec, sheet.sheet, header) for spec, sheet, header in headed if header]
    fits = [each for each in found if not each[2].missing]
    if not found:
        bare = [
            (
                spec,
                sheet.sheet,
                without_header(sheet, titles, expectations(schemas[spec.schema_name])),
            )
            for sheet in sheets
            for spec, titles in layouts
        ]
        fits = [(spec, name, header) for spec, name, header in bare if header]
    if not fits:
        raise _no_layout(path, [header for *_, header in found])
    spec = _only(path, fits)
    headers: dict[str, Header] = {}
    for each, name, header in fits:
        if each is spec and (name not in headers or header.rank < headers[name].rank):
            headers[name] = header
    _demand_every_member(path, sheets, headers, spec)
    for header in headers.values():
        _demand_one_authority(path, header, spec, schemas[spec.schema_name])
    return Choice(spec, schemas[spec.schema_name], headers)


def titles_of(spec: AgencySpec, schema: TableSchema) -> list[Titles]:
    """Return the layouts of an agency in the reader's terms.

    Raises:
        SpecError: the declaration does not agree with its schema.
    """
    demand_agreement(spec, schema)
    needed = {field.name for field in schema.fields if field.is_required}
    unread = spec.unread
    needed -= unread
    layouts = [_declared(spec, layout) for layout in spec.layouts]
    if spec.template:
        known = {**schema.aliases, **spec.aliases}
        fields = {normal(title): name for title, name in known.items() if name not in unread}
        ignore = frozenset(map(normal, spec.ignore)) - fields.keys()
        layouts.append(
            Titles(name=spec.code, fields=fields, ignore=ignore, required=frozenset(needed))
        )
    return layouts


def _declared(spec: AgencySpec, layout: Layout) -> Titles:
    """Return one declared layout; it needs all of its fields, for a source keeps its columns."""
    return Titles(
        name=f"{spec.code}/{layout.name}",
        fields={normal(title): field for title, field in layout.columns.items()},
        ignore=frozenset(map(normal, spec.ignore)),
        required=frozenset(layout.columns.values()),
        order=tuple(map(normal, layout.order)),
    )


def expectations(schema: TableSchema) -> Expectations:
    """Return what can be expected of the cells of a field, by the field's role."""
    return {
        field.name: suits for field in schema.fields if (suits := SUITS.get(field.role)) is not None
    }


def _only(path: Path, fits: Sequence[tuple[AgencySpec, str, Header]]) -> AgencySpec:
    """Return the agency of the best readings; two that are equally good are one too many."""
    best = min(header.rank for *_, header in fits)
    codes = {spec.code: spec for spec, _, header in fits if header.rank == best}
    if len(codes) > 1:
        names = "、".join(sorted(codes))
        raise FileRefusedError(
            f"表头同时符合多个报送单位:{names}。",
            f"its columns fit several agencies: {', '.join(sorted(codes))}.",
            file=path.name,
            rule="F11",
            todo="请用 --agency 指定报送单位。",
        )
    return next(iter(codes.values()))


def _demand_every_member(
    path: Path, sheets: Sequence[Piece], headers: Mapping[str, Header], spec: AgencySpec
) -> None:
    """Refuse an archive with a member that has another layout: its rows would not be taken.

    Raises:
        FileRefusedError: F08, no sheet of a member has the layout of the others.
    """
    members = {sheet.member: False for sheet in sheets if sheet.member}
    members |= {sheet.member: True for sheet in sheets if sheet.member and sheet.sheet in headers}
    if strange := sorted(member for member, fits in members.items() if not fits):
        raise FileRefusedError(
            f"压缩包里的“{strange[0]}”没有 {spec.code} 的表头,而其他文件有。",
            f"{strange[0]} in the archive does not have the columns of {spec.code}, others do.",
            file=path.name,
            rule="F08",
            todo="请把表样不同的文件分开报送,并删去不是数据的文件。",
        )


def _demand_one_authority(
    path: Path, header: Header, spec: AgencySpec, schema: TableSchema
) -> None:
    """Refuse a sheet that names authorities where the declaration says that it does not.

    Raises:
        FileRefusedError: F08, a column that names the authority would be passed over.
    """
    if "declared-authority" not in spec.derive.values():
        return
    names = authority_titles(schema)
    for index, title in header.titles.items():
        if index not in header.columns and normal(title) in names:
            raise FileRefusedError(
                f"[F08] 有“{title}”一列,而 {spec.code} 声明表中不写处罚机关。",
                f"[F08] it has a column {title}; {spec.code} declares that no column names the "
                "authority.",
                file=path.name,
                rule="F08",
                todo="请维护者在 agency.yml 的 columns 中声明该列,并去掉 declared-authority。",
            )


def _titles_of_missing(header: Header) -> list[str]:
    """Return the fields that a sheet lacks, each with a title under which the layout knows it."""
    titles: dict[str, str] = {}
    for title, field in header.layout.fields.items():
        if title != field:
            titles.setdefault(field, title)
    return [
        f"“{titles[field]}”({field})" if field in titles else field
        for field in sorted(header.missing)
    ]


def _no_layout(path: Path, found: Sequence[Header]) -> FileRefusedError:
    """Return F07 or F08: nothing like a header, or the nearest layout and what it lacks."""
    if not found:
        return FileRefusedError(
            "[F07] 没有找到表头,也没有声明的列顺序与内容相符。",
            "[F07] no header was found, and no declared order of columns fits the content.",
            file=path.name,
            rule="F07",
            todo=f"请保留模板第一行的列名;{_NEW_SOURCE}",
        )
    nearest = sorted(found, key=lambda header: header.rank)[:3]
    best = nearest[0]
    lacking = "、".join(_titles_of_missing(best))
    parts = [f"最接近 {'、'.join(dict.fromkeys(each.layout.name for each in nearest))}"]
    parts += [f"缺少 {lacking}"] if lacking else []
    parts += [f"不认识的列 {'、'.join(best.unknown)}"] if best.unknown else []
    return FileRefusedError(
        f"[F08] 表头与已声明的版式都不相符:{';'.join(parts)}。",
        f"[F08] its columns fit no layout. Nearest: {best.layout.name}; missing "
        f"{lacking or 'nothing'}; unknown "
        f"{', '.join(best.unknown) or 'none'}.",
        file=path.name,
        rule="F08",
        todo=f"请按上面的列名补齐或改正;{_NEW_SOURCE}",
    )
