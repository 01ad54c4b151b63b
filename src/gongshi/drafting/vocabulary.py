"""What a title may mean: the schema's own words, those of every declared agency, and near ones."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from gongshi.declarations.agency import ORGANISATION, PERSON, AgencySpec
from gongshi.readers.header import normal
from gongshi.table_schema import TableSchema

EXACT, DECLARED, NEAR, WORD = 1.0, 0.95, 0.85, 0.55
"""How far a title is believed: the schema's own, another agency's, one like it, a telling word."""
_ALIKE = 0.55
"""Share of common pairs of characters from which two titles are called alike."""
_SIGNS = re.compile(r"[()\[\]〔〕_、,/]|\d$")

_WORDS: Mapping[str, str] = {
    "party": (
        r"当事人|相对人|被处?罚[人者]|^名称$"
        r"|(?:纳税人|企业|单位|公司|主体|机构|商户)(?:全称|名称)$"
    ),
    ORGANISATION: r"(?:被处?罚|违法|涉案).*(?:单位|机构|企业|公司)(?:名称)?$",
    PERSON: r"(?:被处?罚|违法|涉案).*(?:个人|自然人|当事人|人员)(?:的?姓名)?$",
    "category": r"(?:相对人|当事人|主体|对象)?(?:类别|类型|性质)$",
    "uscc": r"信用代码|信用码|证照代码|纳税人识别号|税号",
    "reg_no": r"注册号|登记号",
    "org_code": r"组织机构代码",
    "legal_rep": r"法定?代表|法人(?:代表|姓名)?$|负责人|经营者|业主",
    "id_type": r"证件(?:类型|种类)",
    "id_no": r"身份证|证件号",
    "doc_no": r"文号|书号|文书编?号|书编号|案号",
    "violation_type": r"案由|违法(?:行为|类型|性质)",
    "facts": r"案由|事实|经过|查明|案情|事由|原因",
    "basis": r"依据|法律条款|适用法律|违反.*(?:条款|规定|法规)",
    "kinds": r"(?:处罚|罚)(?:种类|类别|类型)",
    "content": r"处罚(?:内容|决定|结果|措施)$|怎样处罚",
    "fine_wan": r"罚款|罚金|罚没金额",
    "confiscated_wan": r"没收",
    "decided_on": (r"(?:处罚|决定|作出|列入|认定|生效).*(?:日期|时间|日)|^(?:日期|时间)$|何日决定"),
    "valid_until": r"有效期",
    "source_publish_until": r"公[示布]?.*(?:截止|期限|到期|止)",
    "source_until": r"(?:截止|退出|到期).*(?:日|期)",
    "authority": (
        r"(?:机关|税务局|执法(?:单位|部门|机构)"
        r"|(?<!被)(?:处罚|认定|列入|主管|办案|决定)(?:单位|部门|机构))(?:的?名称)?$"
    ),
    "authority_code": r"(?:机关|部门).*代码",
    "source_unit": r"(?:来源|报送|提供|填报)(?:单位|部门)(?:名称)?$",
    "source_unit_code": r"(?:来源|报送|提供|填报)(?:单位|部门).*代码",
    "remarks": r"备注|说明",
    "measures_note": r"惩戒|激励|措施",
}
"""Role → words in a title that speak for it; from the wording of tables in use."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A field that a title may mean, how far to believe it, and why, in Chinese."""

    field: str
    score: float
    why: str


@dataclass(frozen=True)
class Vocabulary:
    """The titles under which the fields of one schema are known; `own` and `others` are normal."""

    schema: TableSchema
    own: Mapping[str, str]
    others: Mapping[str, str]

    def knows(self, title: str) -> bool:
        """Say whether a normal title is known as it stands, or holds a telling word."""
        return title in self.own or title in self.others or any(self._worded(title))

    def meanings(self, title: str) -> dict[str, Meaning]:
        """Return what a normal title may mean, the best reason for each field."""
        if not title:
            return {}
        if title in self.own:
            return {self.own[title]: Meaning(self.own[title], EXACT, "列名是模板所列名称")}
        found: dict[str, Meaning] = {}
        for each in (*self._declared(title), *self._alike(title), *self._worded(title)):
            if each.field not in found or found[each.field].score < each.score:
                found[each.field] = each
        return found

    def _declared(self, title: str) -> Iterator[Meaning]:
        if title in self.others:
            yield Meaning(self.others[title], DECLARED, "列名与另一已声明机构相同")

    def _alike(self, title: str) -> Iterator[Meaning]:
        pairs = _pairs(title)
        for known, (field, theirs) in self._known_pairs.items():
            share = 2 * len(pairs & theirs) / max(len(pairs) + len(theirs), 1)
            if share >= _ALIKE:
                yield Meaning(field, NEAR * share, f"列名与“{known}”相近({share:.2f})")

    def _worded(self, title: str) -> Iterator[Meaning]:
        for role, words in _WORDS.items():
            field = role if role in (ORGANISATION, PERSON) else self._names.get(role)
            if field and (match := re.search(words, title)):
                yield Meaning(field, WORD, f"列名含“{match[0]}”")

    @cached_property
    def _names(self) -> dict[str, str]:
        return {role: each.name for role, each in self.schema.by_role.items()}

    @cached_property
    def _known_pairs(self) -> dict[str, tuple[str, frozenset[str]]]:
        known = {**self.others, **self.own}
        return {title: (field, _pairs(title)) for title, field in known.items()}


def vocabulary_of(schema: TableSchema, agencies: Iterable[AgencySpec]) -> Vocabulary:
    """Return the titles of a schema and of all agencies that send it."""
    own = {
        normal(title): each.name
        for each in schema.fields
        for title in (each.name, each.title, *each.aliases)
    }
    others: dict[str, str] = {}
    for spec in agencies:
        if spec.schema_name == schema.name and not spec.draft:
            declared = [*spec.aliases.items()]
            declared += [pair for layout in spec.layouts for pair in layout.columns.items()]
            others |= {normal(title): field for title, field in declared}
    fields = {*schema.names, ORGANISATION, PERSON}
    return Vocabulary(
        schema, own, {title: field for title, field in others.items() if field in fields}
    )


def _pairs(title: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters of a title, without its signs."""
    plain = _SIGNS.sub("", title)
    return frozenset(plain[n : n + 2] for n in range(len(plain) - 1)) or frozenset((plain,))
