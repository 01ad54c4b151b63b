"""A labelled corpus of invented decision texts: templates filled with seeded, fictional values.

A slot that names a person or a number of a person carries what must vanish; the other slots, and
the words of the template, carry what must stay. Each set is a folder of `redaction/` with its own
templates and its own values: those for improving the rules (`TUNING`) and those for scoring them
(`SCORING`) are different, and written by different hands. Nobody in it exists: names are drawn
from parts, numbers are generated with valid check digits, places are 甲市 and the like. What looks
like a name (像人…) is the name of a real district, street or brand.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from gongshi.formats import identity_no, uscc
from gongshi.redaction.numbers import luhn

HERE = Path(__file__).parent / "redaction"
TUNING = ("tuning", "second", "third", "fourth", "fifth", "sixth", "seventh")
SCORING = tuple(name for name in ("scoring",) if (HERE / name).is_dir())
"""The set that nobody has looked at; none while the next one is being written."""

COUNTIES = ("甲市乙区", "丙省丁市戊县", "示例省甲市庚区", "甲自治州辛县", "壬市癸区")
HOMES = (
    "幸福路{}号",
    "和平小区{}栋2单元301室",
    "向阳镇东风村{}组",
    "示范街道朝阳社区{}号楼",
    "光明乡红旗屯{}号",
)
SLOT = re.compile(r"\{([^}]+)\}")


@dataclass(frozen=True, slots=True)
class Values:
    """What the slots of a set are filled with: parts of names, and kind → values that stay."""

    surnames: str
    compound: Sequence[str]
    given_one: Sequence[str]
    given_two: Sequence[str]
    minority: Sequence[str]
    lists: Mapping[str, Sequence[str]]

    def name(self, rng: random.Random) -> str:
        """Return an invented name of two to four characters, now and then with a blank inside."""
        surname = rng.choice(self.compound if rng.random() < _COMPOUND else self.surnames)
        given = rng.choice(self.given_two if rng.random() < _TWO else self.given_one)
        return f"{surname} {given}" if rng.random() < _BLANK else f"{surname}{given}"


_COMPOUND, _TWO, _BLANK = 0.02, 0.78, 0.02
_LISTS = {
    "产品": "products",
    "品牌": "brands",
    "企业": "firms",
    "店": "shops",
    "法": "laws",
    "地": "places",
    "路": "streets",
    "机关": "offices",
    **{kind: kind for kind in ("像人地", "像人路", "像人牌", "像人企", "像人店")},
}
"""Slot → the list of the set that fills it."""


@cache
def values(name: str) -> Values:
    """Return the values of a set.

    Surnames stand under how often they are borne; a set names its given names one by one, or only
    their characters (`given`).
    """
    data = yaml.safe_load((HERE / name / "values.yml").read_text(encoding="utf-8"))
    characters = data.get("given", "")
    return Values(
        "".join(
            character * times for times, some in data["surnames"].items() for character in some
        ),
        data["compound"],
        data.get("given_one", characters),
        data.get("given_two") or [one + other for one in characters for other in characters],
        data["minority"],
        {slot: data[key] for slot, key in _LISTS.items()},
    )


class Planted(NamedTuple):
    """One value in a text: its element or kind, and where it stands."""

    kind: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Text:
    """A filled template: what must vanish and what must stay."""

    text: str
    legal_rep: str
    secret: tuple[Planted, ...]
    public: tuple[Planted, ...]
    template: int


def templates(name: str) -> list[str]:
    """Return the templates of a set."""
    lines = (HERE / name / "templates.txt").read_text(encoding="utf-8").splitlines()
    return [line.replace("\\n", "\n") for line in lines if line and not line.startswith("#")]


def texts(name: str, *, each: int, seed: int = 1) -> Iterator[Text]:
    """Yield every template of a set filled `each` times."""
    rng = random.Random(f"{name}{seed}")  # noqa: S311  invented values, not secrets
    for number, template in enumerate(templates(name)):
        for _ in range(each):
            yield fill(template, rng, name, number)


def fill(template: str, rng: random.Random, name: str = "tuning", number: int = 0) -> Text:
    """Return one template filled with values of a set."""
    filled: dict[str, str] = {}
    secret: list[Planted] = []
    public: list[Planted] = []
    text, last = "", 0
    for match in SLOT.finditer(template):
        slot = match[1]
        kind = slot.rstrip("0123456789")
        if slot not in filled or kind not in _SAME_AGAIN:
            filled[slot] = _fresh(kind, rng, values(name), set(filled.values()))
        shown, _, hidden = filled[slot].rpartition("|")
        text += template[last : match.start()] + shown
        last = match.end()
        hides = kind in SECRET
        (secret if hides else public).append(
            Planted(SECRET[kind][0] if hides else kind, hidden, len(text), len(text) + len(hidden))
        )
        text += hidden
    text += template[last:]
    return Text(text, filled.get("法人", ""), tuple(secret), tuple(public), number)


_SAME_AGAIN = frozenset({"人", "民族名", "法人", "企业", "店"})


def _fresh(kind: str, rng: random.Random, pool: Values, taken: set[str]) -> str:
    """Return a value for a slot; persons of one text have different names."""
    if kind in {"人", "法人"}:
        return next(one for _ in range(99) if (one := pool.name(rng)) not in taken)
    if kind == "民族名":
        return rng.choice(pool.minority)
    if kind in pool.lists:
        return rng.choice(pool.lists[kind])
    return SECRET[kind][1](rng) if kind in SECRET else PUBLIC[kind](rng)


def identity(rng: random.Random) -> str:
    """Return an identity number with a right check character."""
    area = rng.choice(("110105", "320106", "440305", "510104", "810000"))
    born = f"{rng.randint(1950, 2004)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    first17 = f"{area}{born}{rng.randint(0, 999):03}"
    return first17 + identity_no.check_digit(first17)


def digits_only_code(rng: random.Random) -> str:
    """Return a valid credit code that is a valid identity number as well."""
    while True:
        number = f"1101{rng.randint(1, 20):02}{identity(rng)[6:]}"
        first17 = number[:17]
        number = first17 + identity_no.check_digit(first17)
        if number.isdigit() and uscc.is_valid(number):
            return number


def credit_code(rng: random.Random) -> str:
    """Return a credit code with a right check character."""
    first17 = (
        "91"
        + "".join(rng.choice("0123456789") for _ in range(7))
        + "".join(rng.choice(uscc.ALPHABET) for _ in range(8))
    )
    return first17 + uscc.check_digit(first17)


def mobile(rng: random.Random) -> str:
    """Return a mobile number, sometimes grouped."""
    digits = f"1{rng.choice('3456789')}{rng.randint(0, 999_999_999):09}"
    return rng.choice(
        (
            digits,
            digits,
            digits,
            f"{digits[:3]}-{digits[3:7]}-{digits[7:]}",
            f"{digits[:3]} {digits[3:7]} {digits[7:]}",
        )
    )


def card(rng: random.Random) -> str:
    """Return a bank card with a right check digit."""
    first = "62" + "".join(rng.choice("0123456789") for _ in range(16))
    return next(first + last for last in "0123456789" if luhn(first + last))


def written_identity(rng: random.Random) -> str:
    """Return an identity number as people write it."""
    number = identity(rng)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number)
    spaced = f"{number[:6]} {number[6:14]} {number[14:]}"
    hyphened = spaced.replace(" ", "-")
    old = number[:6] + number[8:17]
    return rng.choice((number, number, number, wide, spaced, hyphened, number.lower(), old))


def day(rng: random.Random) -> str:
    """Return a day of an act."""
    y, m, d = rng.randint(2015, 2026), rng.randint(1, 12), rng.randint(1, 28)
    return rng.choice((f"{y}年{m}月{d}日", f"{y}-{m:02}-{d:02}", f"{y}.{m}.{d}"))


def birthday(rng: random.Random) -> str:
    """Return a day of birth."""
    return f"{rng.randint(1950, 2004)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日"


def home(rng: random.Random) -> str:
    """Return county and the part below it, which must vanish, with | between."""
    return f"{rng.choice(COUNTIES)}|{rng.choice(HOMES).format(rng.randint(1, 200))}"


def amount(rng: random.Random) -> str:
    """Return a sum."""
    n = rng.randint(1, 9999)
    return rng.choice(
        (f"{n}元", f"{n / 100:.2f}万元", f"人民币{n:,}元", f"{n}.50元", "贰万元", "三千元")
    )


def plate(rng: random.Random) -> str:
    """Return province and city letter, and the rest, which must vanish, with | between."""
    head = f"{rng.choice('京沪粤辽蒙川')}{rng.choice('ABCDEFG')}"
    return f"{head}|{rng.choice('ABCDEFGH')}{_digits(rng, 4)}"


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _never(_: random.Random) -> str:
    raise LookupError("names are drawn from the values of a set")


SECRET: dict[str, tuple[str, Callable[[random.Random], str]]] = {
    "人": ("name", _never),
    "民族名": ("name", _never),
    "身份证": ("identity_no", written_identity),
    "护照": ("permit_no", lambda rng: "E" + _digits(rng, 8)),
    "手机": ("mobile", mobile),
    "座机": (
        "landline",
        lambda rng: f"0{rng.randint(310, 999)}-{rng.randint(2, 8)}{_digits(rng, 6)}",
    ),
    "卡": ("account", card),
    "账号": ("account", lambda rng: _digits(rng, rng.randint(15, 19))),
    "车牌": ("plate", plate),
    "邮箱": ("email", lambda rng: f"user{_digits(rng, 4)}@mail.example"),
    "微信": ("account_name", lambda rng: f"wx_{_digits(rng, 6)}"),
    "QQ": ("account_name", lambda rng: f"{rng.randint(1, 9)}{_digits(rng, 8)}"),
    "住址": ("home_address", home),
    "病": ("health", lambda rng: rng.choice(("糖尿病", "高血压病", "肺炎"))),
    "生日": ("birth_date", birthday),
}
"""Slot → element and maker of what must vanish (after `|` where only a part must)."""

PUBLIC: dict[str, Callable[[random.Random], str]] = {
    "营业地": lambda rng: (
        f"{rng.choice(COUNTIES)}{rng.choice(('建设路', '滨河东路'))}{rng.randint(1, 200)}号"
    ),
    "日期": day,
    "金额": amount,
    "数量": lambda rng: f"{rng.randint(1, 900)}{rng.choice(('瓶', '盒', '公斤', '袋'))}",
    "文号": lambda rng: f"甲市监罚〔{rng.randint(2018, 2026)}〕{rng.randint(1, 9999)}号",
    "代码": credit_code,
    "像证代码": digits_only_code,
    "批号": lambda rng: rng.choice(
        (f"20{_digits(rng, 6)}", f"B{_digits(rng, 8)}", f"{_digits(rng, 10)}")
    ),
    "许可证": lambda rng: rng.choice((f"JY1{_digits(rng, 13)}", f"SC1{_digits(rng, 13)}")),
    "条码": lambda rng: f"69{_digits(rng, 11)}",
    "注册号": lambda rng: f"1501{_digits(rng, 11)}",
    "组织代码": lambda rng: f"MA{_digits(rng, 6)}X",
}
"""Slot → maker of what must stay."""
