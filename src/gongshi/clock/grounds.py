"""The reasoning behind a decision of the clock, as a lawyer would write it: rule, facts, result.

Pure. `of_penalty` says for one penalty what grade it has and why, which rules bound it from when to
when, and what follows; each sentence rests on rows of policy, which are returned beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gongshi.clock.decide import Clock, Decision, EntryDecision, EntryFacts, Facts, Span
from gongshi.clock.licenses import LicenseDecision, LicenseFacts, decide_license
from gongshi.declarations.list_spec import ListSpec
from gongshi.declarations.policy import Gravity, Row
from gongshi.formats import kinds

POLICY = "policies/publication.yml"
_DOUBTS = {"from-memory": "凭记忆录入,未复核原文", "conflict": "各处说法不一"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One row of policy that a sentence rests on: where it stands, its source, how sure it is."""

    file: str
    row: str
    source: str
    confidence: str
    note: str = ""

    @property
    def doubt(self) -> str:
        """Why the row must be confirmed, "" where its text was read."""
        return _DOUBTS.get(self.confidence, "")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A heading, sentences, and the rows that they rest on."""

    title: str
    sentences: tuple[str, ...]
    grounds: tuple[Ground, ...] = ()


def chinese(day: date | str | None) -> str:
    """Return a day as Chinese prose writes it.

    >>> chinese("2026-11-02"), chinese(None)
    ('2026年11月2日', '(无)')
    """
    if not day:
        return "(无)"
    given = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{given.year}年{given.month}月{given.day}日"


def ground(name: str, row: Row) -> Ground:
    """Return a row of `publication.yml` under its name."""
    return Ground(
        file=POLICY, row=name, source=row.source, confidence=row.confidence, note=row.note
    )


def of_penalty(law: Clock, facts: Facts) -> tuple[Decision, list[Paragraph]]:
    """Return what holds for a penalty today, and the paragraphs that say why."""
    decision = law.decide(facts)
    told = [_of_grade(law, facts)]
    if never := law.never(facts):
        rests = (ground("never", never),)
        sentence = f"依据{never.source},{never.reason}。本记录不予公示,只在登记库中留存。"
        return decision, [*told, Paragraph("应否公示", (sentence,), rests)]
    gravity, _ = law.severity(facts)
    spans = law.spans(facts, gravity)
    told.append(_of_rules(law, facts, gravity, spans))
    if decision.publishable:
        told.append(_of_term(law, facts, decision, spans))
    told.append(_of_publication(law, facts))
    return decision, told


def _of_grade(law: Clock, facts: Facts) -> Paragraph:
    """Return why the act counts as grave as it does."""
    graded = law.grades(facts)
    if not graded:
        return Paragraph("等级", ("决定未写明处罚种类,按一般失信行为处理。",))
    sentences = [
        f"{kinds.LABELS[each.code]}({each.code}):{each.why},列为{each.gravity}。" for each in graded
    ]
    gravity, _ = law.severity(facts)
    if len(graded) > 1:
        sentences.append("一案并处数种处罚的,从最重的一种。")
    sentences.append(f"本案失信行为的等级为{gravity}。")
    rests = [
        ground("fines" if hasattr(each.row, "at_least_yuan") else f"kinds/{each.code}", each.row)
        for each in graded
        if each.row
    ]
    return Paragraph("等级", tuple(sentences), tuple(rests))


def _of_rules(law: Clock, facts: Facts, gravity: Gravity, spans: tuple[Span, ...]) -> Paragraph:
    """Return which rules bound the record from the start of its clock until today."""
    systems = "、".join(law.systems(facts.agency))
    if not spans:
        sentence = f"作出决定之日起至今,{systems}体系没有施行过公示规定。本记录不予公示。"
        return Paragraph("适用的规定", (sentence,))
    sentences = [f"报送机构适用{systems}体系的规定。自起算日至今施行过的规定如下。"]
    sectors = law.traits(facts.basis)[1]
    sentences += [_of_span(span, gravity, sectors) for span in spans]
    silent = next((span for span in spans if not span.term.publish), None)
    if silent:
        sentences.append(f"依据{silent.regime.title},{gravity}的处罚信息不公示。本记录不予公示。")
    elif len(spans) > 1:
        sentences.append(
            f"先后适用数个规定的,从公示期较短者(相同的从施行在后者),即{spans[0].regime.code}"
            "(新旧衔接为本站的选择,须经法制部门确认)。"
        )
    rests = tuple(ground(f"regimes/{span.regime.code}", span.regime) for span in spans)
    return Paragraph("适用的规定", tuple(sentences), rests)


def _of_span(span: Span, gravity: Gravity, sectors: tuple[str, ...]) -> str:
    """Return what one set of rules says of a grade, from the day on which its clock starts."""
    regime, term = span.regime, span.term
    force = f"{chinese(regime.effective_from)}起施行"
    if regime.effective_to:
        force += f",{chinese(regime.effective_to)}止"
    head = f"{regime.title}({regime.code},{force})"
    if not term.publish:
        return f"{head}:{gravity}的不公示。"
    event = "作出决定之日" if regime.clock == "decision" else "公示之日"
    unnamed = "" if gravity in regime.terms else f"未单列{gravity},从一般;"
    return (
        f"{head}:{unnamed}{gravity}的自{event}起,最短公示{term.min_months}个月,"
        f"最长公示{term.max_months}个月。{_of_sectors(span, sectors)}"
        f"自{chinese(span.starts_on)}起算,最短至{chinese(span.min_until)},最长至{chinese(span.until)}。"
    )


def _of_sectors(span: Span, sectors: tuple[str, ...]) -> str:
    """Return what one set of rules says of the sectors that a decision names, if anything."""
    return "".join(
        f"处罚依据涉及{'、'.join(named)},最短公示{row.months}个月。"
        for row in span.regime.sector_minima
        if (named := [sector for sector in row.sectors if sector in sectors])
        and row.months > (span.term.min_months or 0)
    )


def _of_term(law: Clock, facts: Facts, decision: Decision, spans: tuple[Span, ...]) -> Paragraph:
    """Return how the last day follows from the rules, a ban and the source."""
    until = spans[0].until
    sentences = [f"按月计算的期间,到期月的对应日为最后一日(民法典第二百零二条):{chinese(until)}。"]
    rests: list[Ground] = []
    ban = law.ban_until(facts)
    if ban and ban > until:
        until = ban
        sentences.append(
            f"从业或者经营限制至{chinese(ban)}期满,长于公示期;"
            f"依据{law.policy.ban.source},公示至限制期满。"
        )
        rests.append(ground("ban", law.policy.ban))
    source = facts.source_publish_until
    if source and source < until:
        sentences.append(f"报送机构给出的公示截止期{chinese(source)}更早,从其截止期。")
    elif source and source > until:
        sentences.append(f"报送机构给出的公示截止期{chinese(source)}晚于法定期限,不予采用。")
    last = decision.publish_until
    sentences.append(f"公示至{chinese(last)},当日仍公示,次日起终止。")
    if decision.min_until:
        earliest = min(spans, key=lambda span: span.min_until)
        if earliest.min_until < spans[0].min_until:
            sentences.append(
                f"最短公示期也从较短者,即{earliest.regime.code}"
                "(新旧衔接为本站的选择,须经法制部门确认)。"
            )
        sentences.append(f"最短公示期至{chinese(decision.min_until)},届满可以申请信用修复。")
    return Paragraph("公示期限", tuple(sentences), tuple(rests))


def _of_publication(law: Clock, facts: Facts) -> Paragraph:
    """Return by when the decision had to be published, and whether it was."""
    duty = law.deadline("publish", facts.agency, facts.decided_on)
    if duty is None:
        return Paragraph("公示时限", ("本站的规则没有写明公示时限。",))
    unit = "个工作日" if duty.row.working else "日"
    term = f"作出决定之日起{duty.row.days}{unit}内公示(作出之日不计入)"
    sentences = [f"依据{duty.row.source},应当在{term},即不晚于{chinese(duty.on_day)}。"]
    if law.calendar.is_provisional(duty.on_day):
        sentences.append(f"{duty.on_day.year}年的放假通知尚未录入,暂按周一至周五计。")
    shown = facts.published_on
    if shown:
        kept = "未逾期" if shown <= duty.on_day else "逾期"
        sentences.append(f"本站首次公示于{chinese(shown)},{kept}。")
    else:
        sentences.append("本站尚未公示。")
    return Paragraph("公示时限", tuple(sentences), (ground("deadlines/publish", duty.row),))


def of_entry(
    law: Clock, facts: EntryFacts, spec: ListSpec | None
) -> tuple[EntryDecision, list[Paragraph]]:
    """Return what holds for a list entry today, and the paragraphs that say why."""
    decision = law.decide_entry(facts, spec)
    sentences = [f"{reason}。" for reason in decision.reasons]
    rests = tuple(_of_basis(spec)) if spec else ()
    if spec:
        sentences.insert(
            0, f"{spec.title}由{spec.authority}认定。移出条件:{spec.removal_conditions}"
        )
    return decision, [Paragraph("名单", tuple(sentences), rests)]


def of_license(law: Clock, facts: LicenseFacts) -> tuple[LicenseDecision, list[Paragraph]]:
    """Return what holds for a licence today, and the paragraph that says why."""
    rule = law.policy.licenses
    decision = decide_license(facts, rule)
    rests = (ground("licenses", rule),) if rule else ()
    sentences = tuple(f"{reason}。" for reason in decision.reasons)
    return decision, [Paragraph("期限", sentences, rests)]


def _of_basis(spec: ListSpec) -> Iterator[Ground]:
    """Yield the instruments on which a list rests."""
    for basis in spec.legal_basis:
        yield Ground(
            file=f"lists/{spec.code}.yml",
            row="legal_basis",
            source=f"{basis.title}{basis.number}({basis.source})",
            confidence=basis.confidence,
        )
