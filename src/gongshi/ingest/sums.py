"""What a party's share of the text fixes in money: fines and confiscations, in fen."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gongshi.formats.money import amounts_in
from gongshi.ingest.deciding import deciding
from gongshi.ingest.rules import Doubt

_FIELD = "CF_NR"
_FINE_AFTER = re.compile(r"\s*(?:整|人民币)?[）)]?的?(?:行政)?(?:罚款|罚金|处罚)")
_TAKEN_AFTER = re.compile(r"[^，,。；;]{0,4}(?:违法所得|非法所得|非法财物)")
_PURPOSE = re.compile(
    r"(?P<both>罚没)|(?P<taken>没收|违法所得|非法所得|非法财物)|(?P<fine>罚款|罚金|处罚|处以|处|罚)"
)
_TOTAL = re.compile(r"(?:合计|共计|总计|累计|合并|总额|罚没)[^，,。；;]{0,12}$")
_BOUND = re.compile(r"\s*以[上下]|\s*至")
_EACH = re.compile(r"分别|各|均")
_CENT_OF_WAN = 10_000
"""Totals in 万元 are often rounded to two decimals: 100 yuan, in fen."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Whole fen; 0 where the text names no sum of the kind."""

    fine_fen: int = 0
    confiscated_fen: int = 0


@dataclass(frozen=True, slots=True)
class _Sum:
    """One sum with its purpose (`fine`, `taken`, `both`, "" unknown); a total repeats others."""

    fen: int
    purpose: str
    is_total: bool


def sums_in(text: str) -> Sums | Doubt:
    """Return the fines and confiscations that a share of a decision's text fixes.

    A total that its parts add up to counts once; one that they contradict is a doubt.

    >>> sums_in("没收违法所得3万元，并处5万元罚款，罚没合计8万元")
    Sums(fine_fen=5000000, confiscated_fen=3000000)
    >>> sums_in("罚没合计8万元").rule
    'A10'
    """
    text = deciding(text)
    sums = _sums(text)
    if any(not each.purpose for each in sums):
        return Doubt("A10", _FIELD)
    itemised = {each.purpose for each in sums if not each.is_total}
    parts = [each for each in sums if not each.is_total or each.purpose not in {*itemised, "both"}]
    totals = [each for each in sums if each not in parts]
    fine = sum(each.fen for each in parts if each.purpose == "fine")
    taken = sum(each.fen for each in parts if each.purpose == "taken")
    if len(parts) == len(totals) == 1 and _is_multiple(totals[0], parts[0], text):
        return Sums(fine_fen=totals[0].fen)
    for total in totals:
        if not any(abs(total.fen - known) < _CENT_OF_WAN for known in (fine + taken, fine, taken)):
            return Doubt("A10", _FIELD, "合计与分项不符", "the total differs from its parts")
    return Sums(fine, taken)


def _is_multiple(total: _Sum, part: _Sum, text: str) -> bool:
    """Say whether the same fine was imposed several times: 分别罚款20万元，共计40万元."""
    return part.purpose == "fine" and _EACH.search(text) is not None and total.fen % part.fen == 0


def _sums(text: str) -> list[_Sum]:
    """Return the sums of a text with their purposes: the word after a sum tells it, else before."""
    found: list[_Sum] = []
    amounts = amounts_in(text)
    for n, amount in enumerate(amounts):
        before = text[amounts[n - 1].end if n else 0 : amount.start]
        after = text[amount.end :]
        is_total = _TOTAL.search(before) is not None
        found.append(_Sum(amount.fen, _purpose(before, after, found), is_total))
    return found


def _purpose(before: str, after: str, found: Sequence[_Sum]) -> str:
    """Return what a sum is for; "" where nothing tells it, or for a bound that the law sets."""
    if _BOUND.match(after):
        return ""
    words = [match.lastgroup or "" for match in _PURPOSE.finditer(before)]
    if "both" in words:
        return "both"
    if _FINE_AFTER.match(after):
        return "fine"
    if words:
        return words[-1]
    if _TAKEN_AFTER.match(after):
        return "taken"
    return found[-1].purpose if found else ""
