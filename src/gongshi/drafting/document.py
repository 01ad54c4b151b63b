"""The draft as a file: YAML with the reason beside each line, and no content of any cell.

Titles of columns and names of authorities are the only words taken from the sender's file. What is
not sure stands as a comment, so that the file loads and states nothing that nobody confirmed.
"""

import json
from collections.abc import Iterator

from gongshi.declarations.agency import PARTY_COLUMNS
from gongshi.drafting.findings import Facts
from gongshi.drafting.mapping import WORTH_SAYING, Mapped, Proposal
from gongshi.readers.columns import column_letters
from gongshi.readers.header import normal
from gongshi.table_schema import Field

_REQUIREMENT = {"R": "必填", "C": "有条件必填", "O": "选填"}
_INDISPENSABLE = frozenset(
    ("party", "doc_no", "decided_on", "list_code", "basis", "facts", "event", "content")
)
"""Roles without which nothing can be entered, whatever a declaration says."""
_MARGIN = 10
"""How many times the rows of this file a later one may have."""


def draft(code: str, facts: Facts, found: Mapped) -> str:
    """Return the text of `ingest/CODE/agency.yml`."""
    rows = facts.table.rows
    lines = [
        *_head(code, facts, found),
        *_authorities(facts),
        *_absent(found),
        *_layouts(facts, found),
        *_open_columns(found),
        *_parties(facts, found),
        *_derived(facts, found),
        f"rows: [1, {max(rows, 1) * _MARGIN}]   # 本次 {rows} 行;请改为实际的上下限",
        '# reader: {delimiter: ","}   # 分隔符、编码自动识别;识别不对时才写',
    ]
    return "\n".join(lines) + "\n"


def titles_of(facts: Facts, found: Mapped) -> dict[int, str]:
    """Return the title by which each column is declared: its own, or its place if it has none."""
    return {
        each.index: each.title if facts.table.row else f"第{each.index + 1}列({each.field or '?'})"
        for each in found.columns
        if each.title or not facts.table.row
    }


def _head(code: str, facts: Facts, found: Mapped) -> Iterator[str]:
    """Yield what the file is, and whose."""
    where = f"第 {facts.table.row} 行" if facts.table.row else "没有找到"
    yield "# 草稿:由 gongshi new-agency 根据一份来表起草,没有人核对过。ingest 不受理草稿,"
    yield f"# 请用 gongshi check 来表 --agency {code} 试读;逐项核对、补全以后,删去 draft 一行。"
    yield f"# 表头:{where}。编码:{facts.encoding or '工作簿'}。"
    for note in facts.notes:
        yield f"# {note}"
    yield f"code: {code}"
    yield "draft: true"
    yield "title: 待填写:报送机构和表的名称"
    yield "title_en: to be written"
    yield '# source: ""           # 来表或者该机构自行公示的网址'
    required = [each.name for each in found.schema.fields if each.is_required]
    have = {*found.fields} | ({found.schema.by_role["party"].name} if _pair(found) else set())
    share = f"{sum(name in have for name in required)}/{len(required)}"
    yield f"schema: {found.schema.name}   # 必填字段中 {share} 个似有对应的列;不对请改"


def _authorities(facts: Facts) -> Iterator[str]:
    """Yield the authorities that the column names, or that there is none."""
    if not facts.authorities and not facts.endings:
        yield "authorities: []        # 表中没有看出处罚机关:请写 - name: 机关全称"
        return
    yield f"# 机关一列有 {facts.spellings} 种写法:只留该机构可以代报的,别名请并入 aliases"
    yield "authorities:"
    if facts.authorities:
        yield from (f"  - name: {_quoted(name)}" for name in facts.authorities)
    else:
        endings = ", ".join(map(_quoted, facts.endings))
        yield f"  - containing: [{endings}]"


def _absent(found: Mapped) -> Iterator[str]:
    """Yield fields without a column: optional ones as absent, required ones to be confirmed."""
    missing = [each for each in found.schema.fields if _is_missing(each, found)]
    plain = [each for each in missing if not each.is_required]
    asked = [each for each in missing if each.is_required and each.role != "authority"]
    yield "# 来表没有的字段。带 # 的是必填字段:确认没有以后去掉 #,否则每行都会报 V01"
    yield "absent:" if plain else "absent: []"
    for each in plain:
        yield f"  - {each.name}   # {each.title},{_REQUIREMENT.get(each.requirement, '选填')}"
    for each in asked:
        if each.role in _INDISPENSABLE:
            yield f"  # 缺 {each.name}({each.title}):没有这一项不能受理,请来源单位补上这一列"
            continue
        filled = ";在 authorities 中写 code 也可以补上" if each.role == "authority_code" else ""
        yield f"  # - {each.name}   # {each.title},必填{filled}"


def _is_missing(field: Field, found: Mapped) -> bool:
    """Say whether no column is proposed for a field and nothing derives it."""
    is_party = field.role == "party" and _pair(found)
    return field.name not in found.fields and not is_party and field.name not in derived(found)


def _layouts(facts: Facts, found: Mapped) -> Iterator[str]:
    """Yield the one layout: sure columns as they are, the others as comments."""
    titles = titles_of(facts, found)
    stated, proposed = list[Proposal](), list[Proposal]()
    seen = set[str]()
    for each in found.columns:
        if each.field and each.index in titles:
            is_first = normal(titles[each.index]) not in seen
            seen.add(normal(titles[each.index]))
            (stated if is_first and _is_stated(each, found) else proposed).append(each)
    yield "layouts:"
    yield "  - name: 来表"
    yield "    columns:" + ("" if stated else " {}")
    for each in stated:
        yield f"      {_quoted(titles[each.index])}: {each.field}   # {reason(each)}"
    for each in proposed:
        yield f"      # {_quoted(titles[each.index])}: {each.field}   # {reason(each)};请核对"
    if not facts.table.row:
        order = ", ".join(_quoted(titles[each.index]) for each in found.columns)
        yield f"    # 没有表头的文件按列序读取;名称请自拟,与 columns、ignore 一致:order: [{order}]"


def _open_columns(found: Mapped) -> Iterator[str]:
    """Yield the columns that are not understood."""
    unknown = [each for each in found.columns if not each.field and each.title]
    yield "# 确认不用的列名写在 ignore 里。没有看出对应字段的列(不处理会有提醒 A20):"
    for each in unknown:
        letters, why = column_letters(each.index), ";".join(each.evidence)
        yield f"#   {_quoted(each.title)}   # {letters} 列,{why}"
    yield "ignore: []"


def _parties(facts: Facts, found: Mapped) -> Iterator[str]:
    """Yield how cells with several parties are read, where both columns are stated."""
    if not _pair(found):
        return
    marks = ", ".join(map(_quoted, facts.marks))
    mark = "" if _states_parties(found) else "# "
    yield f"{mark}parties:               # 单位、个人分列"
    yield f"{mark}  split: [{marks}]   # 一格多个当事人时的分隔符,按来表内容推断"
    yield f"{mark}  strip_office: {str(facts.has_offices).lower()}   # 姓名后括号里的职务"


def _derived(facts: Facts, found: Mapped) -> Iterator[str]:
    """Yield what can be computed for fields without a column."""
    how = derived(found)
    yield "derive:" + ("                # 没有这一列,由其他列得出" if how else " {}")
    for field, name in how.items():
        note = ""
        if name in ("fine-from-text", "confiscated-from-text"):
            note = f"   # 处罚内容中 {facts.sums:.0%} 写有金额"
        yield f"  {field}: {name}{note}"
    who = found.schema.by_role.get("authority")
    if who and who.name not in found.fields:
        yield f"# 处罚机关只有一个、表中不写的:在 derive 中加 {who.name}: declared-authority"


def derived(found: Mapped) -> dict[str, str]:
    """Return what the draft derives: field → derivation; only from columns that it states."""
    roles = found.schema.by_role
    stated = {role for role, field in roles.items() if field.name in found.stated}
    how: dict[str, str] = {}
    if _states_parties(found):
        how["category"] = "category-from-column"
    elif {"uscc", "party"} <= stated and "category" in roles and not _pair(found):
        how["category"] = "category-from-code"
    if "content" in stated and "kinds" in roles:
        how |= {
            "kinds": "kinds-from-text",
            "fine_wan": "fine-from-text",
            "confiscated_wan": "confiscated-from-text",
        }
    return {
        roles[role].name: name for role, name in how.items() if roles[role].name not in found.fields
    }


def reason(each: Proposal) -> str:
    """Return how sure a proposal is, and why."""
    if each.confidence < WORTH_SAYING:
        return "、".join(each.evidence)
    return f"置信度 {each.confidence:.2f}:{';'.join(each.evidence)}"


def _pair(found: Mapped) -> bool:
    """Say whether organisations and persons stand in columns of their own."""
    return set(PARTY_COLUMNS) <= found.fields.keys()


def _states_parties(found: Mapped) -> bool:
    """Say whether the draft states both of these columns."""
    return set(PARTY_COLUMNS) <= found.stated.keys()


def _is_stated(each: Proposal, found: Mapped) -> bool:
    """Say whether a column stands in the draft; of the two of the parties, both or none."""
    return each.is_sure and (each.field not in PARTY_COLUMNS or _states_parties(found))


def _quoted(text: str) -> str:
    """Return text as a YAML string of one line; JSON's strings are YAML's."""
    return json.dumps(text, ensure_ascii=False)
