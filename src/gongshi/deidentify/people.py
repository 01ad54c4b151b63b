"""Every row's party and persons, named and keyed as the policy has them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from gongshi.declarations.redaction_policy import (
    NaturalPersonName,
    RedactionPolicy,
    RedactionRow,
)
from gongshi.deidentify import minors, parties
from gongshi.deidentify.layouts import Layout
from gongshi.deidentify.structure import DECISION, NUMBER, OWN, REGION, each
from gongshi.formats.text import fold
from gongshi.keys import Key
from gongshi.models import RECORD_KEYS, Category
from gongshi.redaction import Subject, masking
from gongshi.redaction.folding import fold as as_detected

PARTY_KEY = "party_key"
CATEGORY = "_category"
_NAMED = ("party", "uscc", "reg_no", "legal_rep")
_HUMAN = (str(Category.PERSON), str(Category.SOLE_TRADER))
"""Categories of parties that are one human being."""
_LEAST = 15
"""Characters of the shortest identity number."""

Rows = Mapping[str | None, RedactionRow]
"""Area code of the authority → the policy row that counts there."""


@dataclass(frozen=True, slots=True)
class Named:
    """One record's columns about its persons, and the names that they hide, with masks."""

    party: str | None
    uscc: str | None
    reg_no: str | None
    legal_rep: str | None
    party_key: str
    masks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Cast:
    """The frame with parties named and keyed, and what text redaction must know of the persons.

    `hidden`: row index → name → mask. `together`: decision → names of its natural persons.
    `changed`: row index → column → the original value, where a name was masked or a code left out.
    """

    frame: pl.DataFrame = field(repr=False)
    rows: Rows = field(repr=False)
    hidden: Mapping[int, Mapping[str, str]] = field(repr=False)
    together: Mapping[str, tuple[str, ...]] = field(repr=False)
    changed: Mapping[int, Mapping[str, str]] = field(repr=False)

    def forced(self, texts: tuple[str, ...]) -> pl.Series:
        """Return which rows have a name to mask in the columns `texts` that no gate can know."""
        at = "_at"
        known = pl.col(at).is_in(list(self.hidden)) | pl.col(DECISION).is_in(list(self.together))
        rows = self.frame.with_row_index(at).filter(known)
        joined = rows.select(at, DECISION, pl.concat_str(texts, separator="|", ignore_nulls=True))
        found = [
            index
            for index, decision, text in joined.iter_rows()
            if masking.present(
                as_detected(text or "").text,
                (*self.hidden.get(index, ()), *self.together.get(decision, ())),
            )
        ]
        return pl.Series(range(self.frame.height), dtype=pl.Int64).is_in(found)

    def subjects(self) -> "Subjects":
        """Return the means to ask for the subject of a row."""
        columns = [REGION, CATEGORY, DECISION, "party"]
        columns += ["legal_rep"] if self.has_legal_rep else []
        return Subjects(self, tuple(self.frame[name].to_list() for name in columns))

    @property
    def has_legal_rep(self) -> bool:
        """Whether the schema names legal representatives."""
        return "legal_rep" in self.frame.columns


@dataclass(frozen=True, slots=True)
class Subjects:
    """Row index → what text redaction must know, from columns read once."""

    cast: Cast = field(repr=False)
    columns: tuple[list[str | None], ...] = field(repr=False)

    def __call__(self, index: int) -> Subject:
        """Return what is known of the persons of one row."""
        region, category, decision, party, *rest = (column[index] for column in self.columns)
        legal = rest[0] if rest else None
        row = self.cast.rows[region]
        full = row.natural_person_name is NaturalPersonName.FULL
        together = self.cast.together.get(decision or "", ())
        masks = self.cast.hidden.get(index, {})
        keeps = _shows_legal_rep(row, category or "")
        shown = [*(parties.names_in(legal) if legal and keeps else ())]
        if full:
            shown += [*together, *parties.names_in(party or "")]
        return Subject(
            masked=masks,
            others=() if full else tuple(name for name in together if name not in masks),
            shown=frozenset(shown),
            personal=category == Category.PERSON,
            keep_legal=keeps and category != Category.PERSON and legal is None,
            hidden=row.hidden,
        )


def rules_for(frame: pl.DataFrame, policy: RedactionPolicy, agency: str) -> Rows:
    """Return the policy row that counts in each area of a frame."""
    return {area: policy.row_for(agency, area or "") for area in frame[REGION].unique()}


def with_category(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Return the frame with every party's category, inferred where the source states none."""
    empty = pl.Series([None] * frame.height, dtype=pl.String)
    stated = frame[layout.category] if layout.category else empty
    columns = (stated, frame["party"], frame["uscc"])
    known = stated.is_in([str(category) for category in Category]).fill_null(value=False)
    if not known.all():
        triples = zip(*(column.fill_null("") for column in columns), strict=True)
        stated = pl.Series([str(parties.category(*triple)) for triple in triples], dtype=pl.String)
    frame = frame.with_columns(stated.alias(CATEGORY))
    return frame.with_columns(stated.alias(layout.category)) if layout.category else frame


def of_minors(frame: pl.DataFrame, layout: Layout) -> tuple[pl.Series, pl.Series]:
    """Return which rows punish a person under 18: those where a number says so, those of text."""
    at, texts = "_at", [name for name in layout.texts if name != "basis"]
    rows = frame.with_row_index(at).filter(pl.col(CATEGORY).is_in(_HUMAN))
    numbers = rows.filter(pl.col(OWN).str.len_chars() >= _LEAST).select(at, layout.day, OWN)
    born = [
        index
        for index, day, own in numbers.iter_rows()
        if any(minors.is_minor(number, day) for number in own.split("\n"))
    ]
    spoken = pl.any_horizontal(pl.col(name).str.contains(minors.GATE) for name in texts)
    rows = rows.filter(spoken.fill_null(value=False))
    named = ["party", *(["legal_rep"] if layout.legal_rep else [])]
    told = []
    for (index, category, day, *cells), words in zip(
        rows.select(at, CATEGORY, layout.day, *named).iter_rows(),
        rows.select(texts).iter_rows(),
        strict=True,
    ):
        names = tuple(name for cell in cells if cell for name in parties.names_in(cell))
        party = minors.Party(names, trader=category == Category.SOLE_TRADER)
        if minors.is_told(words, party, day):
            told.append(index)
    every = pl.Series(range(frame.height), dtype=pl.UInt32)
    return every.is_in(born), every.is_in(told)


def withheld(frame: pl.DataFrame, rows: Rows, key: Key, schema: str) -> Iterator[str]:
    """Yield the keys, as JSON, under which the records of some rows may be known.

    A person is known by number, and by name within the decision where no number came.
    """
    parts = RECORD_KEYS.get(schema, ())
    cells = zip(frame["party"], cast(frame, rows, key).frame.iter_rows(named=True), strict=True)
    for party, row in cells if parts else ():
        known = {row[PARTY_KEY]}
        if row[CATEGORY] == Category.PERSON:
            decision = (row["authority_code"] or "", row["doc_no_key"] or "")
            known.add(parties.person_key(key, "", decision, party or ""))
        for one in sorted(known):
            record = [one if name == PARTY_KEY else row[name] for name in parts]
            yield json.dumps(record, ensure_ascii=False)


def unpublished(frame: pl.DataFrame, rows: Rows) -> pl.Series:
    """Return which rows are about a natural person where the policy publishes none."""
    silent = NaturalPersonName.UNPUBLISHED
    regions = [region for region, row in rows.items() if row.natural_person_name is silent]
    person = frame[CATEGORY] == str(Category.PERSON)
    return person & frame[REGION].is_in(regions, nulls_equal=True)


def cast(frame: pl.DataFrame, rows: Rows, key: Key) -> Cast:
    """Return the frame with parties named and keyed."""
    frame = frame.with_columns(_organisation_keys(frame))
    named = {index: name_record(record, row, key) for index, record, row in _touched(frame, rows)}
    changed: dict[int, dict[str, str]] = {}
    for column in (*_NAMED, PARTY_KEY):
        if column in frame.columns:
            before = frame[column]
            values = {index: getattr(found, column) for index, found in named.items()}
            frame = frame.with_columns(_put(before, values))
            for index, value in values.items():
                if column in _NAMED and value != before[index] and before[index]:
                    changed.setdefault(index, {})[column] = before[index]
    hidden = {index: found.masks for index, found in named.items() if found.masks}
    return Cast(frame, rows, hidden, _together(frame, changed), changed)


def name_record(record: Mapping[str, str | None], row: RedactionRow, key: Key) -> Named:
    """Return how one record's persons are named. Codes of a natural person go: they are not due."""
    party, legal = record["party"] or "", record.get("legal_rep")
    if record[CATEGORY] == Category.PERSON:
        person = parties.name_person(party, row.natural_person_name)
        decision = (record["authority_code"] or "", record["doc_no_key"] or "")
        keyed = parties.person_key(key, record[NUMBER] or "", decision, party)
        return Named(person.shown, None, None, None, keyed, person.masks)
    masks: dict[str, str] = {}
    keyed = str(record[PARTY_KEY])
    if legal:
        shown = parties.name_person(legal, NaturalPersonName.SURNAME)
        legal, masks = shown.shown, dict(shown.masks)
    if parties.is_person(party):
        shown = parties.name_person(party, NaturalPersonName.SURNAME)
        party, masks = shown.shown, {**masks, **shown.masks}
        keyed = key.digest("sole-trader", keyed) if keyed.startswith("name:") else keyed
    return Named(party, record["uscc"], record.get("reg_no"), legal, keyed, masks)


def _touched(
    frame: pl.DataFrame, rows: Rows
) -> Iterator[tuple[int, dict[str, str | None], RedactionRow]]:
    """Yield (index, record, policy row) of the rows with a name or a number to take away."""
    person = frame[CATEGORY] == str(Category.PERSON)
    masking = [
        (region, category)
        for region, row in rows.items()
        for category in (Category.ORGANISATION, Category.SOLE_TRADER)
        if not _shows_legal_rep(row, category)
    ]
    for region, category in masking:
        person |= frame[REGION].is_in([region], nulls_equal=True) & (
            frame[CATEGORY] == str(category)
        )
    wanted = (*_NAMED, CATEGORY, NUMBER, REGION, PARTY_KEY, "authority_code", "doc_no_key")
    subset = frame.select(name for name in wanted if name in frame.columns)
    for index in person.arg_true():
        record = subset.row(index, named=True)
        yield index, record, rows[record[REGION]]


def _shows_legal_rep(row: RedactionRow, category: str) -> bool:
    """Say whether the policy shows the name of whoever stands for a party of this category."""
    if category == Category.SOLE_TRADER:
        return row.sole_trader_operator == "shown"
    return row.legal_representative == "shown"


def _organisation_keys(frame: pl.DataFrame) -> pl.Series:
    """Return the identity of each party as if it were an organisation."""
    code, name = frame["uscc"], frame["party"].fill_null("")
    reg_no = (
        frame["reg_no"]
        if "reg_no" in frame.columns
        else pl.Series([None] * frame.height, dtype=pl.String)
    )
    by_reg = each(pl.select(pl.when(code.is_null()).then(reg_no)).to_series(), fold)
    by_name = each(
        pl.select(pl.when(code.is_null() & reg_no.is_null()).then(name)).to_series(), fold
    )
    return pl.select(
        pl.coalesce("uscc:" + code, "reg:" + by_reg, "name:" + by_name).alias(PARTY_KEY)
    ).to_series()


def _put(column: pl.Series, values: Mapping[int, str | None]) -> pl.Series:
    """Return the column with some values replaced."""
    if not values:
        return column
    return column.clone().scatter(list(values), pl.Series(list(values.values()), dtype=pl.String))


def _together(
    frame: pl.DataFrame, changed: Mapping[int, Mapping[str, str]]
) -> Mapping[str, tuple[str, ...]]:
    """Return decision → names of the natural persons that it punishes, where a name is hidden."""
    found: dict[str, tuple[str, ...]] = {}
    decisions = frame[DECISION]
    for index, columns in changed.items():
        if "party" in columns:
            decision = decisions[index]
            found[decision] = (*found.get(decision, ()), *parties.names_in(columns["party"]))
    return found
