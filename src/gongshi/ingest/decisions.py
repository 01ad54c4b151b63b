"""One source row, one decision; one record for each party that it punishes.

Many sources put organisations and persons into columns of their own, and fines into a sentence.
What the record needs and the row does not have in a cell is derived, by the names that the agency
declares: the category from the column or the code, kinds and sums from the party's share of the
text, or from the whole of it where a row names one party.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from gongshi.content import SUITS, is_plainly_person
from gongshi.declarations.agency import FROM_TEXT, ORGANISATION, PERSON, AgencySpec, Derivation
from gongshi.formats import doc_no, kinds, money, uscc
from gongshi.ingest.deciding import deciding
from gongshi.ingest.parties import Party, parties_of
from gongshi.ingest.rules import Doubt
from gongshi.ingest.shares import shares
from gongshi.ingest.sums import Sums, sums_in
from gongshi.models import Category
from gongshi.table_schema import TableSchema

Record = dict[str, str]
FROM_ROW = FROM_TEXT | {"category-from-column", "category-from-code"}
"""Derivations that look at the cells of each row."""
_SOLE_TRADER = "92"
"""How the codes of sole traders begin."""
_NUMBER_IN_FRONT = re.compile(
    r"\s*[（(]?[\u3400-\u9fffA-Za-z]{1,20}\s*[〔\[﹝\uff3b【（(]\s*[12][0-9]{3}\s*年?[〕\]﹞\uff3d】）)]\s*第?\s*[0-9]+\s*号[）)]?[\s:：，,。]*"
)
_FIRST_DOUBTS = ("doc_no", "decided_on", "authority")
"""Roles whose cells show that a row has shifted."""


def records(row: Mapping[str, str], spec: AgencySpec, schema: TableSchema) -> list[Record] | Doubt:
    """Return the records of one source row under our field names; or why there are none."""
    how = spec.parties
    if how is None:
        return _of_one_party(row, spec, schema)
    doubt = next(_shifted(row, schema), None)
    if doubt:
        return doubt
    parties = parties_of(row.get(ORGANISATION, ""), row.get(PERSON, ""), how)
    if isinstance(parties, Doubt):
        return parties
    content = schema.by_role["content"].name
    text = _without_number(row[content], row[schema.by_role["doc_no"].name], content)
    own = text if isinstance(text, Doubt) else shares(text, parties)
    if isinstance(own, Doubt):
        return own
    alone = sum(not party.is_person for party in parties) == 1
    found = []
    for party, share in zip(parties, own, strict=True):
        sums = sums_in(share)
        if isinstance(sums, Doubt):
            return sums
        if share or len(parties) == 1:
            record = _record(row, party, share, schema, keeps_rep=alone and not party.is_person)
            nameless = re.sub("|".join(re.escape(each.name) for each in parties), "", share)
            labels = _kinds(nameless, sums, spec)
            found.append(record | _derived(spec, party.category.value, labels, sums))
    return found


def _of_one_party(
    row: Mapping[str, str], spec: AgencySpec, schema: TableSchema
) -> list[Record] | Doubt:
    """Return the record of a row that names one party, with its derived fields."""
    roles = {role: field.name for role, field in schema.by_role.items()}
    category = _category(row.get(roles["uscc"], ""), row.get(roles["party"], ""))
    sums, labels = Sums(), ""
    if FROM_TEXT & set(spec.derive.values()):
        text = row[roles["content"]]
        found = sums_in(text)
        if isinstance(found, Doubt):
            return found
        name = row.get(roles["party"], "")
        sums = found
        labels = _kinds(text.replace(name, "") if name else text, sums, spec)
    return [{**row, **_derived(spec, category, labels, sums)}]


def _category(code: str, name: str) -> str:
    """Return what kind of party has this code, or this name and none; "" where it is not certain.

    >>> _category("92990102MA0TTTTT37", "甲市示例小吃店"), _category("", "甲市示例小吃店")
    ('个体工商户', '')
    """
    if code.startswith(_SOLE_TRADER):
        return Category.SOLE_TRADER.value
    if uscc.is_valid(code):
        return Category.ORGANISATION.value
    return Category.PERSON.value if not code and is_plainly_person(name) else ""


def _record(
    row: Mapping[str, str], party: Party, share: str, schema: TableSchema, *, keeps_rep: bool
) -> Record:
    """Return the row as the record of one party; the legal representative is the organisation's."""
    roles = {role: field.name for role, field in schema.by_role.items()}
    record = {name: text for name, text in row.items() if name not in (ORGANISATION, PERSON)}
    record |= {roles["party"]: party.name, roles["content"]: share}
    if not keeps_rep and roles["legal_rep"] in record:
        record[roles["legal_rep"]] = ""
    return record


def _derived(spec: AgencySpec, category: str, labels: str, sums: Sums) -> Record:
    """Return the fields that the agency declares as derived from a row."""
    by_name: Mapping[Derivation, Callable[[], str]] = {
        "category-from-column": lambda: category,
        "category-from-code": lambda: category,
        "kinds-from-text": lambda: labels,
        "fine-from-text": lambda: _wan(sums.fine_fen),
        "confiscated-from-text": lambda: _wan(sums.confiscated_fen),
    }
    return {field: by_name[name]() for field, name in spec.derive.items() if name in by_name}


def _kinds(text: str, sums: Sums, spec: AgencySpec) -> str:
    """Return the kinds of penalty that a text without names imposes, in code order, with `;`."""
    decided = deciding(text)
    found = {label for word, label in spec.kind_words.items() if word in decided}
    found.update(kinds.in_text(decided))
    if sums.fine_fen:
        found.add(kinds.LABELS["P03"])
    return ";".join(label for label in kinds.LABELS.values() if label in found)


def _wan(fen: int) -> str:
    """Return a sum in 万元, "" for none."""
    return money.format_wan(fen) if fen else ""


def _without_number(text: str, number: str, field: str) -> str | Doubt:
    """Return the decision's text without the copy of its number in front."""
    front = _NUMBER_IN_FRONT.match(text)
    if front is None or not number:
        return text
    copy = front[0].strip(" \n:：,，。")
    if doc_no.key(copy) != doc_no.key(number):
        return Doubt("A06", field, "文书号与文号列不同", "it begins with another document number")
    return text[front.end() :].strip()


def _shifted(row: Mapping[str, str], schema: TableSchema) -> Iterator[Doubt]:
    """Yield what shows that the cells of a row stand in the wrong columns."""
    for role in _FIRST_DOUBTS:
        field = schema.by_role.get(role)
        text = row.get(field.name, "") if field else ""
        if field and text and not SUITS[role](text):
            yield Doubt("A06", field.name)
        if field and role == "doc_no" and len(re.findall(r"[0-9]\s*号", text)) > 1:
            yield Doubt("A09", field.name)
