"""Files that rest on penalties: decisions to list a party, and events of published penalties."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import numpy as np
import polars as pl

from gongshi.calendar import add_months
from gongshi.declarations.list_spec import ListSpec, load_lists
from gongshi.generate.material import SEVERE, material
from gongshi.models import Category
from gongshi.site import packaged_content

BLACK = {"YZWF": "scjg", "TQGZ": "rsj", "AQSC": "yjgl", "ZDSS": "swj"}
"""List of serious breaches → department whose penalties lead to it."""
RED = ("HGAEO", "NSXYA", "SXJL")
_RED_REASONS = {
    "HGAEO": "通过海关高级认证企业标准认证",
    "NSXYA": "上一年度纳税信用级别评价为A级",
    "SXJL": "连续三年依法经营、诚实守信,被认定为守信激励对象",
}
_RED_AUTHORITIES = {"HGAEO": "示例海关", "NSXYA": "甲市税务局", "SXJL": "甲市发展和改革委员会"}
_YOUNG = timedelta(days=700)
"""Penalties older than this lead to no listing: both are in force for another year."""

EVENTS: tuple[tuple[str, str, str], ...] = (
    ("异议", "当事人认为公示的违法事实与决定书不一致,提出异议", "《政府信息公开条例》第四十一条"),
    ("修复", "已履行处罚决定,完成整改并作出信用承诺,准予信用修复", "《信用修复管理办法》第三条"),
    ("撤销", "行政复议决定撤销原行政处罚决定", "《中华人民共和国行政处罚法》第四十八条第二款"),
    ("中止", "人民法院裁定批准重整计划,暂时屏蔽", "《信用修复管理办法》"),
)
"""Event, reason, legal basis."""


def list_entries(penalties: pl.DataFrame, rng: np.random.Generator, *, today: date) -> pl.DataFrame:
    """Return decisions to list: black ones from severe `penalties`, red ones of clean parties.

    Columns are the fields of the schema `list-entry`. About one severe penalty in three of a
    department that keeps a list leads to an entry.
    """
    specs = load_lists(packaged_content() / "schemas" / "lists")
    black = list(_black(penalties, rng, specs, today))
    bad = [row["USCC"] for row in black]
    others = penalties.filter(~pl.col("CF_XDR_SHXYM").is_in(bad))
    rows = [*black, *_red(others, rng, specs, today)]
    return pl.DataFrame(rows, schema=dict.fromkeys(_FIELDS, pl.String))


def penalty_events(
    penalties: pl.DataFrame, rng: np.random.Generator, *, today: date
) -> pl.DataFrame:
    """Return events of some `penalties` that name a registered party, a week after the decision.

    Columns are the fields of the schema `penalty-event`.
    """
    limit = (today - timedelta(days=7)).isoformat()
    fitting = penalties.filter(_registered() & (pl.col("CF_JDRQ") <= limit))
    wanted = min(len(fitting), max(len(penalties) // 200, len(EVENTS)))
    chosen = fitting[np.sort(rng.choice(len(fitting), size=wanted, replace=False))]
    rows = [
        _event(line, EVENTS[place % len(EVENTS)], place)
        for place, line in enumerate(chosen.iter_rows(named=True))
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(_EVENT_FIELDS, pl.String))


_FIELDS = (
    "LIST_CODE", "PARTY", "PARTY_CATEGORY", "USCC", "REG_NO", "ID_TYPE", "ID_NO", "LEGAL_REP",
    "LISTING_DOC_NO", "LISTED_ON", "REASON", "BASIS", "AUTHORITY", "AUTHORITY_CODE", "MEASURES",
    "REMOVAL_CONDITIONS", "UNTIL", "PENALTY_DOC_NO", "PENALTY_AUTHORITY_CODE", "SOURCE_UNIT",
    "SOURCE_UNIT_CODE", "REMARKS",
)  # fmt: skip
_EVENT_FIELDS = (
    "EVENT", "DOC_NO", "AUTHORITY_CODE", "PARTY", "USCC", "EVENT_ON", "REASON", "BASIS",
    "DECISION_DOC_NO", "REMARKS",
)  # fmt: skip


def _registered() -> pl.Expr:
    """Return where the party is an organisation or shop with a code of its own."""
    is_person = pl.col("CF_XDR_LB") == Category.PERSON.value
    return ~is_person & ~pl.col("CF_XDR_SHXYM").str.starts_with("0000")


def _black(
    penalties: pl.DataFrame, rng: np.random.Generator, specs: Mapping[str, ListSpec], today: date
) -> Iterator[dict[str, str]]:
    """Yield entries that rest on a severe penalty."""
    severe = pl.any_horizontal(
        pl.col("CF_CFLB").str.contains(kind, literal=True) for kind in sorted(SEVERE)
    )
    young = pl.col("CF_JDRQ") >= (today - _YOUNG).isoformat()
    for code, department in BLACK.items():
        own = pl.col("CF_CFJG").str.ends_with(material().departments[department].name)
        grave = penalties.filter(severe & young & own & _registered())
        grave = grave.unique("CF_XDR_SHXYM", keep="first", maintain_order=True)
        listed = np.flatnonzero(rng.random(len(grave)) < 1 / 3)
        for number, line in enumerate(grave[listed].iter_rows(named=True), start=1):
            yield _black_entry(specs[code], line, number, today)


def _black_entry(spec: ListSpec, line: dict[str, str], number: int, today: date) -> dict[str, str]:
    """Return the decision to list the party of a penalty, some days after it."""
    listed_on = min(date.fromisoformat(line["CF_JDRQ"]) + timedelta(days=20 + number % 20), today)
    return _entry(spec, line, listed_on) | {
        "LISTING_DOC_NO": f"{line['CF_CFJG'][:2]}失信列入〔{listed_on.year}〕{number}号",
        "REASON": f"{line['CF_WFXW']},性质恶劣、情节严重,受到较重行政处罚",
        "AUTHORITY": line["CF_CFJG"],
        "AUTHORITY_CODE": line["CF_CFJGDM"],
        "PENALTY_DOC_NO": line["CF_WSH"],
        "PENALTY_AUTHORITY_CODE": line["CF_CFJGDM"],
        "SOURCE_UNIT": line["CF_SJLY"],
        "SOURCE_UNIT_CODE": line["CF_SJLYDM"],
    }


def _red(
    penalties: pl.DataFrame, rng: np.random.Generator, specs: Mapping[str, ListSpec], today: date
) -> Iterator[dict[str, str]]:
    """Yield entries of organisations, with no regard to what else is known of them."""
    organisations = penalties.filter(pl.col("CF_XDR_LB") == Category.ORGANISATION.value)
    good = organisations.unique("CF_XDR_SHXYM", keep="first", maintain_order=True)
    wanted = min(len(good), max(len(penalties) // 100, len(RED)))
    chosen = good[np.sort(rng.choice(len(good), size=wanted, replace=False))]
    for number, line in enumerate(chosen.iter_rows(named=True), start=1):
        code = RED[number % len(RED)]
        listed_on = today - timedelta(days=30 + number * 7 % 300)
        yield _entry(specs[code], line, listed_on) | {
            "LISTING_DOC_NO": f"示信〔{listed_on.year}〕{number}号",
            "REASON": _RED_REASONS[code],
            "AUTHORITY": _RED_AUTHORITIES[code],
            "AUTHORITY_CODE": line["CF_CFJGDM"],
            "SOURCE_UNIT": _RED_AUTHORITIES[code],
            "SOURCE_UNIT_CODE": line["CF_CFJGDM"],
        }


def _entry(spec: ListSpec, line: dict[str, str], listed_on: date) -> dict[str, str]:
    """Return what any entry says of its party, its basis and its term."""
    basis = spec.legal_basis[0]
    number = f"({basis.number})" if basis.number else ""
    until = add_months(listed_on, spec.term_months).isoformat() if spec.term_months else ""
    return {
        "LIST_CODE": spec.code,
        "PARTY": line["CF_XDR_MC"],
        "PARTY_CATEGORY": line["CF_XDR_LB"],
        "USCC": line["CF_XDR_SHXYM"],
        "LEGAL_REP": line["CF_FRDB"],
        "LISTED_ON": listed_on.isoformat(),
        "BASIS": f"《{basis.title}》{number}",
        "MEASURES": spec.measures,
        "REMOVAL_CONDITIONS": spec.removal_conditions,
        "UNTIL": until,
    }


def _event(line: dict[str, str], kind: tuple[str, str, str], number: int) -> dict[str, str]:
    """Return one event of one penalty."""
    event, reason, basis = kind
    day = date.fromisoformat(line["CF_JDRQ"]) + timedelta(days=7)
    return {
        "EVENT": event,
        "DOC_NO": line["CF_WSH"],
        "AUTHORITY_CODE": line["CF_CFJGDM"],
        "PARTY": line["CF_XDR_MC"],
        "USCC": line["CF_XDR_SHXYM"],
        "EVENT_ON": day.isoformat(),
        "REASON": reason,
        "BASIS": basis,
        "DECISION_DOC_NO": f"示变〔{day.year}〕{number + 1}号",
    }
