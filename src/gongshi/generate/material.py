"""What invented cases are made of, read from `cases.yml` beside this file."""

from functools import cache, cached_property
from itertools import product
from pathlib import Path
from typing import Literal

from pydantic import Field

from gongshi.declarations.base import Spec, load

FILE = Path(__file__).with_name("cases.yml")

SEVERE = frozenset(
    (
        "暂扣许可证件",
        "降低资质等级",
        "吊销许可证件",
        "限制开展生产经营活动",
        "责令停产停业",
        "责令关闭",
        "限制从业",
    )
)
CONFISCATIONS = ("没收违法所得", "没收非法财物")
_PIECES = {
    "警告": "给予警告",
    "通报批评": "予以通报批评",
    "罚款": "罚款{fine}",
    "没收违法所得": "没收违法所得{gain}",
    "没收非法财物": "没收涉案{product}{qty}",
    "暂扣许可证件": "暂扣{licence}三十日",
    "降低资质等级": "降低资质等级一级",
    "吊销许可证件": "吊销{licence}",
    "限制开展生产经营活动": "限制开展相关经营活动六个月",
    "责令停产停业": "责令停产停业三十日",
    "责令关闭": "责令关闭",
    "限制从业": "五年内禁止从事相关经营管理活动",
    "行政拘留": "行政拘留五日",
    "其他-责令限期改正": "责令限期改正",
}


class Department(Spec):
    """A kind of authority: name, marks for document numbers, and whom it penalises."""

    name: str
    marks: list[str]
    levels: list[Literal["county", "city"]]
    scale: Literal["market", "finance"]
    share: int
    parties: tuple[int, int, int]


class Penalty(Spec):
    """One combination of kinds; `fine` says how large a fine is, "" where there is none."""

    share: int
    kinds: str
    fine: Literal["large", "any", "small", ""]

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """Return the kinds one by one."""
        return tuple(self.kinds.split(";"))

    @property
    def weight(self) -> Literal["light", "normal", "severe"]:
        """Return the class that the national rules of 2026 give it."""
        if SEVERE.intersection(self.tokens):
            return "severe"
        if self.fine in ("large", "any") or set(CONFISCATIONS).intersection(self.tokens):
            return "normal"
        return "light"

    @cached_property
    def contents(self) -> tuple[str, ...]:
        """Return templates of 处罚内容 that name exactly these kinds."""
        pieces = [_PIECES[token] for token in self.tokens]
        plain, listed = "，".join(pieces), "；".join(pieces)
        numbered = "；".join(f"{place}.{piece}" for place, piece in enumerate(pieces, start=1))
        last = f"决定给予以下处罚：{numbered}" if len(pieces) > 1 else f"决定{plain}"
        return plain, listed, f"责令改正违法行为，{plain}", last


class Case(Spec):
    """One kind of violation, as one department pursues it."""

    department: str
    share: int
    violation: str
    goods: list[str]
    mix: str
    laws: list[str]
    facts: list[str]

    @property
    def about_goods(self) -> bool:
        """Say whether the facts are about goods that were sold or made."""
        return any("{product}" in fact for fact in self.facts)


class Material(Spec):
    """The whole file."""

    departments: dict[str, Department]
    mixes: dict[str, list[Penalty]]
    goods: dict[str, list[str]]
    brands: list[str]
    items: list[str]
    platforms: list[str]
    campaigns: list[str]
    licences: list[str]
    general_laws: list[str]
    cases: list[Case] = Field(min_length=1)
    details: list[str]
    plain_details: list[str]
    narrative: list[str]
    personal: list[str]
    personal_remarks: list[str]
    remarks: list[str]
    performance: list[str]

    @cached_property
    def penalties(self) -> list[Penalty]:
        """Return the combinations of every mix in one list, as `mix_places` counts them."""
        return [penalty for mix in self.mixes.values() for penalty in mix]

    def goods_of(self, case: Case) -> list[str]:
        """Return `name|unit` of everything that may stand in this case."""
        return [good for group in case.goods for good in self.goods[group]]


@cache
def material() -> Material:
    """Return the material, read once."""
    return load(Material, FILE)


def spellings(law: str) -> list[str]:
    """Return a citation as written by different hands, the right one first and most often.

    >>> spellings("《中华人民共和国种子法》第七十四条")[-1]
    '《中国人民共和国种子法》第七十四条'
    """
    short = law.replace("《中华人民共和国", "《")
    wrong = law.replace("《中华人民共和国", "《中国人民共和国")
    return [law] * 36 + [short] * 3 + [wrong]


def bases(case: Case, general: list[str]) -> list[str]:
    """Return texts of 处罚依据 for one case: one law mostly, up to five."""
    first = case.laws
    several = [f"{law}、{other}" for law, other in product(first, general)]
    all_laws = ["、".join((*first, *general[:count])) for count in (2, 3, len(general))]
    opened = [f"依据{law}的规定" for law in first]
    return first * 24 + opened * 8 + several + all_laws[: 1 + len(first)]
