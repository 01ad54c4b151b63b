"""Does a declaration agree with the Table Schema that it names?

What a declaration says about itself is checked as it is loaded (`declarations.agency`); here,
what it says about fields: that they are there, and that what it derives from them can be derived.
"""

from collections.abc import Iterator, Mapping

from gongshi.declarations.agency import (
    DOCUMENT,
    FROM_TEXT,
    OWN_COLUMNS,
    PARTY_COLUMNS,
    AgencySpec,
    Derivation,
)
from gongshi.errors import SpecError
from gongshi.readers.header import normal
from gongshi.table_schema import TableSchema

_TARGETS: Mapping[Derivation, str] = {
    "kinds-from-text": "kinds",
    "fine-from-text": "fine_wan",
    "confiscated-from-text": "confiscated_wan",
    "category-from-column": "category",
    "category-from-code": "category",
    "declared-authority": "authority",
}
"""Derivation → the role of the field that it gives."""

_OF_EACH_ROW = (
    *("party", "uscc", "reg_no", "org_code", "legal_rep", "id_no", "rep_id_no"),
    *("authority", "authority_code"),
)

Fault = tuple[str, str, str]
"""Key, and what is wrong with it in Chinese and English."""


def demand_agreement(spec: AgencySpec, schema: TableSchema) -> None:
    """Refuse a declaration that cannot be followed.

    Raises:
        SpecError: the first thing that is wrong, with file and key.
    """
    for look in (
        _unknown_fields,
        _constants,
        _absent_authority,
        _derivations,
        _unread_authorities,
    ):
        for key, zh, en in look(spec, schema):
            raise SpecError(zh, en, file=f"ingest/{spec.code}/agency.yml", key=key)


def authority_titles(schema: TableSchema) -> frozenset[str]:
    """Return the titles, as they are compared, under which a column names the authority."""
    roles = {"authority", "authority_code"} & schema.by_role.keys()
    fields = [schema.by_role[role] for role in roles]
    return frozenset(
        normal(title) for each in fields for title in (each.name, each.title, *each.aliases)
    )


def _unknown_fields(spec: AgencySpec, schema: TableSchema) -> Iterator[Fault]:
    """Yield what the schema has not."""
    named = {
        "absent": spec.absent,
        "optional": spec.optional,
        "derive": spec.derive.keys(),
        "constants": spec.constants.keys(),
        "lookups": spec.lookups.keys() - set(PARTY_COLUMNS),
        "aliases": set(spec.aliases.values()) - {DOCUMENT},
        "layouts": spec.mapped - set(spec.aliases.values()) - set(OWN_COLUMNS),
    }
    for key, fields in named.items():
        if strange := sorted(fields - set(schema.names)):
            yield (
                key,
                f"{schema.name} 没有字段 {'、'.join(strange)}",
                f"{schema.name} has no field {', '.join(strange)}",
            )
    if not spec.template and (lost := sorted(spec.optional - spec.mapped - spec.unread)):
        yield (
            "optional",
            f"没有列对应 {'、'.join(lost)};来源没有的字段请列入 absent",
            f"no column means {', '.join(lost)}; a field that is not there is `absent`",
        )


def _constants(spec: AgencySpec, schema: TableSchema) -> Iterator[Fault]:
    """Yield fields that tell one row from another, and so have no one value for a file."""
    own = {schema.by_role[role].name for role in _OF_EACH_ROW if role in schema.by_role}
    for field in sorted(own & spec.constants.keys()):
        zh = f"{schema.by_name[field].title}每行不同,不能用同一个值;机关请写在 authorities 中"
        en = "differs from row to row; an authority is declared under `authorities`"
        yield f"constants.{field}", zh, en


def _absent_authority(spec: AgencySpec, schema: TableSchema) -> Iterator[Fault]:
    """Yield where nobody would have taken the decisions."""
    who = schema.by_role.get("authority") or schema.by_role["authority_code"]
    if who.name in spec.absent:
        zh = f"不能没有 {who.name}({who.title}):请从 absent 中删去"
        en = f"{who.name} cannot be absent"
        if _TARGETS["declared-authority"] in schema.by_role:
            zh += f";没有这一列的,请写 derive: {{{who.name}: declared-authority}}"
            en += f"; where no column names it, write derive: {{{who.name}: declared-authority}}"
        yield "absent", zh, en
    code = schema.by_role["authority_code"].name
    declared = () if spec.authorities == "any" else spec.authorities
    if code in spec.absent and any(each.code for each in declared):
        yield (
            "absent",
            f"{code} 由 authorities 的 code 填写,请从 absent 中删去",
            f"{code} is filled from `code` of `authorities`: take it out of `absent`",
        )


def _derivations(spec: AgencySpec, schema: TableSchema) -> Iterator[Fault]:
    """Yield derivations of the wrong field, or without what they are derived from."""
    have = frozenset(schema.names) - spec.absent if spec.template else spec.mapped
    for field, how in spec.derive.items():
        key = f"derive.{field}"
        target = schema.by_role.get(_TARGETS[how])
        if target is None or target.name != field:
            zh = f"只能用于 {target.name}" if target else f"不能用于 {schema.name} 表"
            en = (
                f"gives {target.name}, not {field}" if target else f"gives nothing in {schema.name}"
            )
            yield key, f"{how} {zh}", f"{how} {en}"
        for role in _sources(how):
            if schema.by_role[role].name not in have:
                name = schema.by_role[role].name
                yield key, f"{how} 需要有列对应 {name}", f"{how} needs a column that means {name}"


def _sources(how: Derivation) -> tuple[str, ...]:
    """Return the roles from whose cells a field is derived."""
    if how in FROM_TEXT:
        return ("content",)
    return ("uscc", "party") if how == "category-from-code" else ()


def _unread_authorities(spec: AgencySpec, schema: TableSchema) -> Iterator[Fault]:
    """Yield columns that name the authority and would be passed over for the declared one."""
    if "declared-authority" not in spec.derive.values():
        return
    for title in spec.ignore:
        if normal(title) in authority_titles(schema):
            yield (
                "ignore",
                f"列“{title}”写明处罚机关,不能忽略:请在 columns 中声明,并去掉 declared-authority",
                f"column {title} names the authority and cannot be ignored: map it",
            )
