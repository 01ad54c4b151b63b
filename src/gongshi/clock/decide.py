"""What the policy says of one penalty or one list entry on one day. Pure.

The grade is the heaviest of the kinds imposed. Every regime that was in force at any time between
the start of its clock and today is asked, and the shortest term holds; a ban runs its time; an
end date given by the source is respected where it is earlier.

Source: the rows of `schemas/policies/publication.yml` and `schemas/lists/`.
"""

from bisect import bisect_right
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from gongshi.calendar import Calendar, add_months
from gongshi.declarations.list_spec import ListSpec
from gongshi.declarations.policy import (
    Deadline,
    FineClass,
    Gravity,
    KindClass,
    Never,
    Publication,
    Regime,
    Term,
)
from gongshi.declarations.redaction_policy import RedactionPolicy
from gongshi.formats import kinds as penalty_kinds
from gongshi.formats import uscc
from gongshi.models import Category

FINE = "P03"
FEN_PER_YUAN = 100

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the clock needs to know of one penalty. Days are dates, money is 分.

    `published_on` is the day of first publication, None before it. `basis` may be any text in
    which laws are named.
    """

    agency: str
    party_category: str
    kinds: str
    fine_fen: int | None
    decided_on: date
    published_on: date | None = None
    valid_until: date | None = None
    source_publish_until: date | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What holds for one penalty today. Dates are None where it is not published at all."""

    publishable: bool
    severity: str
    regime: str | None
    policy_row: str | None
    starts_on: date | None
    publish_until: date | None
    min_until: date | None
    reasons: tuple[str, ...]

    def is_visible(self, today: date) -> bool:
        """Say whether the penalty may be seen on a day: its last day counts."""
        return self.publishable and self.publish_until is not None and today <= self.publish_until


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFacts:
    """What the clock needs to know of one list entry."""

    list_code: str
    party_category: str
    listed_on: date
    source_until: date | None = None


@dataclass(frozen=True, slots=True)
class EntryDecision:
    """What holds for one list entry; `until` is None where it stays until it is removed."""

    publishable: bool
    colour: str | None
    until: date | None
    reasons: tuple[str, ...]

    def is_visible(self, today: date) -> bool:
        """Say whether the entry may be seen on a day."""
        return self.publishable and (self.until is None or today <= self.until)


@dataclass(frozen=True, slots=True)
class Due:
    """By when something must be done, and the row that says so."""

    row: Deadline
    on_day: date


@dataclass(frozen=True, slots=True)
class Graded:
    """The grade of one kind of penalty, how it is called, and the row that gives it, if any."""

    code: str
    gravity: Gravity
    why: str
    row: KindClass | FineClass | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """The publication of one grade under one regime."""

    regime: Regime
    term: Term
    starts_on: date
    until: date
    min_until: date


def decide(facts: Facts, policy: Publication, calendar: Calendar, today: date) -> Decision:
    """Return what `policy` says of one penalty on `today`, with the reasons in Chinese."""
    return Clock(policy, calendar, today).decide(facts)


@dataclass(frozen=True, slots=True)
class Clock:
    """One policy on one day; remembers what it worked out, as most facts come again and again.

    `persons` says where nothing is published about natural persons.
    """

    policy: Publication
    calendar: Calendar
    today: date
    persons: RedactionPolicy | None = None
    _seen: dict[Hashable, object] = field(default_factory=dict, repr=False)

    def decide(self, facts: Facts) -> Decision:
        """Return what holds for one penalty, with the reasons in Chinese."""
        severity, why = self._once(
            ("severity", facts.kinds, self._step(facts), facts.party_category),
            lambda: self.severity(facts),
        )
        if hidden := self.never(facts):
            note = f"依据{hidden.source},{hidden.reason}"
            return _withheld(severity, None, (why, note))
        spans = self.spans(facts, severity)
        if not spans:
            return _withheld(severity, None, (why, "没有适用的公示规定,不公示"))
        silent = next((span for span in spans if not span.term.publish), None)
        if silent is not None:
            note = f"依据{silent.regime.title},{severity}失信行为的处罚信息不公示"
            return _withheld(severity, silent.regime, (why, note))
        return self._term(facts, severity, (spans, why))

    def due_on(self, facts: Facts) -> date:
        """Return the day by which the decision must be published: the earliest duty counts."""
        duty = self.deadline("publish", facts.agency, facts.decided_on)
        if duty is None:
            raise ValueError("the policy has no deadline for publication")
        return duty.on_day

    def deadline(self, name: str, agency: str, since: date) -> "Due | None":
        """Return by when a duty of an agency's records is due that began on `since`, if any is."""
        systems = set(self.systems(agency))
        found = [
            Due(row, self._after(row, since))
            for row in self.policy.deadlines
            if row.name == name and (not row.systems or systems & set(row.systems))
        ]
        return min(found, key=lambda due: due.on_day, default=None)

    def _after(self, row: Deadline, since: date) -> date:
        """Return the last day of a term; the day on which it begins is not counted."""
        if row.working:
            return self.calendar.add_working_days(since, row.days)
        return since + timedelta(days=row.days)

    def decide_entry(self, facts: EntryFacts, spec: ListSpec | None) -> EntryDecision:
        """Return what holds for one entry of the list that `spec` declares."""
        if spec is None or not spec.enabled:
            return EntryDecision(
                publishable=False, colour=None, until=None, reasons=("名单未声明或未启用,不公示",)
            )
        if facts.party_category == Category.PERSON and spec.natural_persons != "masked":
            return EntryDecision(
                publishable=False,
                colour=spec.colour,
                until=None,
                reasons=(f"{spec.title}不公示自然人",),
            )
        own = spec.term_months and add_months(facts.listed_on, spec.term_months)
        ends = [day for day in (own or None, facts.source_until) if day]
        until = min(ends, default=None)
        reason = f"列入日期{facts.listed_on},{spec.title}" + (
            f",公示至{until}" if until else ",公示至移出之日"
        )
        return EntryDecision(publishable=True, colour=spec.colour, until=until, reasons=(reason,))

    def silences(self, agency: str, category: str | None, authority_code: str) -> bool:
        """Say whether a record is about a natural person where none is published."""
        if category != Category.PERSON or self.persons is None:
            return False
        persons, area = self.persons, uscc.area(authority_code)
        return self._once(("silent", agency, area), lambda: persons.silences(agency, area))

    def fine_step(self, fine_fen: int | None, category: str) -> int:
        """Return the threshold that a fine reaches, in 元, or -1: all that matters of it."""
        steps = self._once(("steps", category), lambda: self._fine_steps(category))
        return steps[bisect_right(steps, (fine_fen or 0) // FEN_PER_YUAN) - 1]

    def traits(self, basis: str) -> tuple[bool, tuple[str, ...]]:
        """Return whether a text names the simple procedure, and the sectors whose laws it names."""
        return self._once(("traits", basis), lambda: self._traits(basis))

    def _once(self, key: Hashable, work: Callable[[], _T]) -> _T:
        """Return the remembered result of `work`, or do it."""
        try:
            return self._seen[key]  # type: ignore[return-value]
        except KeyError:
            result = self._seen[key] = work()
            return result

    def systems(self, agency: str) -> tuple[str, ...]:
        """Return the systems of rules that bind an agency's records."""
        return self.policy.systems.agencies.get(agency, self.policy.systems.default)

    def _step(self, facts: Facts) -> int:
        """Return the threshold that a penalty's fine reaches."""
        return self.fine_step(facts.fine_fen, facts.party_category)

    def _fine_steps(self, category: str) -> tuple[int, ...]:
        """Return the thresholds of a category in 元, ascending, -1 first."""
        rows = (row.at_least_yuan for row in self.policy.fines if category in row.categories)
        return (-1, *sorted(rows))

    def severity(self, facts: Facts) -> tuple[Gravity, str]:
        """Return the grade of a penalty, and the sentence that says why."""
        graded = self.grades(facts)
        if not graded:
            return Gravity.GENERAL, "未写明处罚种类,按一般"
        heaviest = max(graded, key=lambda each: each.gravity.rank)
        return heaviest.gravity, f"{heaviest.why},属于{heaviest.gravity}"

    def grades(self, facts: Facts) -> tuple[Graded, ...]:
        """Return the grade of each kind of a penalty, with the row that gives it."""
        return tuple(self.grade(code, facts) for code in penalty_kinds.codes(facts.kinds))

    def grade(self, code: str, facts: Facts) -> Graded:
        """Return the grade of one kind; one that no row names counts as 一般."""
        label = penalty_kinds.LABELS[code]
        if code == FINE:
            step = self._step(facts)
            for row in self.policy.fines:
                if row.at_least_yuan == step and facts.party_category in row.categories:
                    reached = f"达到{step}元" if step > 0 else "未达到较大数额"
                    why = f"{facts.party_category}罚款{reached}"
                    return Graded(code, row.gravity, why, row)
            return Graded(code, Gravity.GENERAL, label)
        for kind in self.policy.kinds:
            if kind.kind == code:
                return Graded(code, kind.gravity, label, kind)
        return Graded(code, Gravity.GENERAL, label)

    def never(self, facts: Facts) -> Never | None:
        """Return the row by which a penalty is never published, or None."""
        simple, _ = self.traits(facts.basis)
        codes = set(self._once(("codes", facts.kinds), lambda: penalty_kinds.codes(facts.kinds)))
        systems = set(self.systems(facts.agency))
        for row in self.policy.never:
            conditions = (
                not row.only_kinds or (codes and codes <= set(row.only_kinds)),
                not row.categories or facts.party_category in row.categories,
                not row.simple_procedure or simple,
                not row.systems or systems & set(row.systems),
            )
            if all(conditions):
                return row
        return None

    def spans(self, facts: Facts, gravity: Gravity) -> tuple[Span, ...]:
        """Return the publication under every regime that counts, the shortest first.

        Of equally long ones the rules in force last come first.
        """
        _, sectors = self.traits(facts.basis)
        key = ("spans", facts.agency, gravity, facts.decided_on, facts.published_on, sectors)
        return self._once(key, lambda: self._all_spans(facts, gravity, sectors))

    def _all_spans(
        self, facts: Facts, gravity: Gravity, sectors: tuple[str, ...]
    ) -> tuple[Span, ...]:
        """Work out `_spans`."""
        systems = self.systems(facts.agency)
        spans = []
        for regime in self.policy.regimes:
            start = facts.decided_on
            if regime.clock == "publicity":
                start = facts.published_on or self.today
            if regime.system in systems and regime.overlaps(start, self.today):
                spans.append(_span(regime, gravity, start, sectors))
        spans.sort(key=lambda span: span.regime.effective_from, reverse=True)
        return tuple(sorted(spans, key=lambda span: span.until))

    def _traits(self, basis: str) -> tuple[bool, tuple[str, ...]]:
        """Return whether a text names the simple procedure, and the sectors whose laws it names."""
        simple = any(mark in basis for mark in self.policy.simple_procedure_marks)
        marks = self.policy.sectors.items()
        return simple, tuple(name for name, words in marks if any(word in basis for word in words))

    def _term(
        self, facts: Facts, gravity: Gravity, found: tuple[tuple[Span, ...], str]
    ) -> Decision:
        """Return the decision for a penalty that is published for a time."""
        spans, why = found
        span = spans[0]
        until = span.until
        said = ("say", gravity, span.regime.code, span.starts_on)
        reasons = [why, self._once(said, lambda: _say(span, gravity))]
        if len(spans) > 1:
            others = "、".join(other.regime.code for other in spans[1:])
            reasons.append(f"另有{others},按较短的期限")
        ban = self.ban_until(facts)
        if ban and ban > until:
            until = ban
            reasons.append(f"从业或经营限制到{ban}期满,依据{self.policy.ban.source}公示至期满")
        source = facts.source_publish_until
        if source and source < until:
            until = source
            reasons.append(f"来源给出的公示截止期{source}更早,从其截止期")
        minimum = min(until, *(other.min_until for other in spans))
        return Decision(
            publishable=True,
            severity=gravity,
            regime=span.regime.code,
            policy_row=f"{span.regime.code}/{gravity}",
            starts_on=span.starts_on,
            publish_until=until,
            min_until=minimum,
            reasons=(*reasons, f"公示至{until}(当日仍公示)"),
        )

    def ban_until(self, facts: Facts) -> date | None:
        """Return the last day of a ban on activity, where the record has one with an end."""
        if facts.valid_until is None or facts.valid_until >= self.policy.ban.long_term:
            return None
        codes = self._once(("codes", facts.kinds), lambda: penalty_kinds.codes(facts.kinds))
        return facts.valid_until if set(codes) & set(self.policy.ban.kinds) else None


def _span(regime: Regime, gravity: Gravity, start: date, sectors: tuple[str, ...]) -> Span:
    """Return the publication of a grade under one regime from `start` on."""
    term = regime.term(gravity)
    if not term.publish:
        return Span(regime, term, start, start - timedelta(days=1), start - timedelta(days=1))
    longer = [row.months for row in regime.sector_minima if set(row.sectors) & set(sectors)]
    until = add_months(start, term.max_months or 0)
    minimum = add_months(start, max(term.min_months or 0, *longer, 0))
    return Span(regime, term, start, until, min(minimum, until))


def _say(span: Span, gravity: Gravity) -> str:
    """Return the sentence that gives regime, start and length of a publication."""
    event = "作出决定之日" if span.regime.clock == "decision" else "公示之日"
    return (
        f"依据{span.regime.title},{gravity}的自{event}({span.starts_on})起"
        f"公示{span.term.max_months}个月,至{span.until}"
    )


def _withheld(gravity: Gravity, regime: Regime | None, reasons: tuple[str, ...]) -> Decision:
    """Return the decision for a penalty that is not published at all."""
    code = regime.code if regime else None
    return Decision(
        publishable=False,
        severity=gravity,
        regime=code,
        policy_row=f"{code}/{gravity}" if code else None,
        starts_on=None,
        publish_until=None,
        min_until=None,
        reasons=reasons,
    )
