"""What holds for one licence: it is shown until its own last day, while its source says it holds.

Pure. Source: the row `licenses` of `schemas/policies/publication.yml`.
"""

from dataclasses import dataclass
from datetime import date

from gongshi.declarations.policy import Validity

_LAPSED = frozenset({"2", "无效"})
LAPSED = "来源标注当前状态为无效"
"""Why a licence is not shown of which its source says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseFacts:
    """What the clock needs to know of one licence: its last day, and what its source says of it."""

    valid_until: date | None
    status: str | None


@dataclass(frozen=True, slots=True)
class LicenseDecision:
    """What holds for one licence; `until` is None where it holds for a long term."""

    publishable: bool
    lapsed: bool
    policy_row: str | None
    until: date | None
    reasons: tuple[str, ...]

    def is_visible(self, today: date) -> bool:
        """Say whether the licence may be seen on a day: its last day counts."""
        return self.publishable and (self.until is None or today <= self.until)


def decide_license(facts: LicenseFacts, rule: Validity | None) -> LicenseDecision:
    """Return what a rule says of one licence; without a rule none is published."""
    lapsed = facts.status in _LAPSED
    if rule is None:
        reason = "本站没有声明行政许可的公示规则,不公示"
        return LicenseDecision(
            publishable=False, lapsed=lapsed, policy_row=None, until=None, reasons=(reason,)
        )
    last = facts.valid_until
    until = None if last is None or last >= rule.long_term else last
    if lapsed:
        said = f"{LAPSED},不再公示"
    elif until:
        said = f"有效期至{until},公示至该日(当日仍公示)"
    else:
        said = "长期有效,公示至来源标注无效、许可被撤销或者注销之日"
    return LicenseDecision(
        publishable=not lapsed, lapsed=lapsed, policy_row=rule.code, until=until, reasons=(said,)
    )
