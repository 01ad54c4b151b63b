"""A labelled corpus of invented decision texts: templates filled with seeded, fictional values.

A slot that names a person or a number of a person carries what must vanish; the other slots carry
what must stay. Templates for improving the rules (`tuning.txt`) and for scoring them
(`scoring.txt`) are different. Nobody in it exists: names are drawn character by character,
numbers are generated with valid check digits, places are 甲市 and the like.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gongshi.formats import identity_no, uscc
from gongshi.redaction.numbers import luhn

HERE = Path(__file__).parent / "redaction"

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏"
    "苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵"
    "万覃武钱戴严莫孔向常"
)
COMPOUND = ("欧阳", "司马", "上官", "诸葛", "慕容", "司徒")
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红文建国志海峰林春晓梅雪婷宇浩欣怡子涵"
    "梓轩思远佳琪永福德胜利民庆祥根生月亚男成龙"
)
MINORITY = (
    ("阿不都", "买买提", "古丽", "吐尔逊", "阿依", "热合曼"),
    ("艾力", "努尔", "卡德尔", "汗", "木合塔尔"),
)
COUNTIES = ("甲市乙区", "丙省丁市戊县", "示例省甲市庚区", "甲自治州辛县", "壬市癸区")
HOMES = (
    "幸福路{}号",
    "和平小区{}栋2单元301室",
    "向阳镇东风村{}组",
    "示范街道朝阳社区{}号楼",
    "光明乡红旗屯{}号",
)
PRODUCTS = (
    "酱油",
    "面包",
    "感冒灵颗粒",
    "一次性口罩",
    "白酒",
    "食用油",
    "复合肥",
    "电热水壶",
    "儿童玩具",
    "卤牛肉",
    "矿泉水",
    "速冻饺子",
)
BRANDS = ("示例", "样板", "蓝鲸", "飞象", "北辰")
FIRMS = (
    "甲市示例商贸有限公司",
    "乙区样板食品有限责任公司",
    "示例省虚构建筑工程股份有限公司",
    "甲市无名药业集团有限公司",
    "样例市丙区虚拟农村商业银行股份有限公司",
)
SHOPS = ("乙区好再来小吃店", "甲市示例大药房", "丙镇便民超市", "丁县老味道餐馆", "样板日用品商行")
LAWS = (
    "《中华人民共和国食品安全法》",
    "《中华人民共和国药品管理法》",
    "《中华人民共和国商标法》",
    "《无证无照经营查处办法》",
    "《安全生产法》",
)
PLACES = ("甲市", "乙区", "丙镇农贸市场", "示例经济开发区", "丁县")
STREETS = ("建设路", "国道G999线12公里处", "人民大道", "滨河东路", "张家巷")
OFFICES = ("甲市市场监督管理局", "乙区卫生健康委员会", "示例省药品监督管理局", "丁县交通运输局")

SLOT = re.compile(r"\{([^}]+)\}")


@dataclass(frozen=True, slots=True)
class Text:
    """A filled template: what must vanish and what must stay, as (element, value)."""

    text: str
    legal_rep: str
    secret: tuple[tuple[str, str], ...]
    public: tuple[tuple[str, str], ...]
    template: int


def templates(name: str) -> list[str]:
    """Return the templates of `tuning` or `scoring`."""
    lines = (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def texts(name: str, *, each: int, seed: int = 1) -> Iterator[Text]:
    """Yield every template of a set filled `each` times."""
    rng = random.Random(f"{name}{seed}")  # noqa: S311  invented values, not secrets
    for number, template in enumerate(templates(name)):
        for _ in range(each):
            yield fill(template, rng, number)


def fill(template: str, rng: random.Random, number: int = 0) -> Text:
    """Return one template filled."""
    values: dict[str, str] = {}
    secret: list[tuple[str, str]] = []
    public: list[tuple[str, str]] = []

    def put(match: re.Match[str]) -> str:
        slot = match[1]
        kind = slot.rstrip("0123456789")
        if slot not in values or kind not in {"人", "民族名", "法人", "企业", "店"}:
            values[slot] = _fresh(kind, rng, set(values.values()))
        value = values[slot]
        if kind in SECRET:
            element = SECRET[kind][0]
            secret.append((element, value.split("|")[-1]))
        else:
            public.append((kind, value))
        return value.replace("|", "")

    text = SLOT.sub(put, template)
    return Text(text, values.get("法人", ""), tuple(secret), tuple(public), number)


def _fresh(kind: str, rng: random.Random, taken: set[str]) -> str:
    make = SECRET[kind][1] if kind in SECRET else PUBLIC[kind]
    value = make(rng)
    while value in taken and kind in {"人", "法人"}:
        value = make(rng)
    return value


def name(rng: random.Random) -> str:
    """Return an invented name of two to four characters, now and then with a blank inside."""
    surname = rng.choice(COMPOUND) if rng.random() < 0.02 else rng.choice(SURNAMES)
    given = "".join(rng.choice(GIVEN) for _ in range(2 if rng.random() < 0.78 else 1))
    return f"{surname} {given}" if rng.random() < 0.02 else f"{surname}{given}"


def minority_name(rng: random.Random) -> str:
    """Return an invented name with a dot."""
    return f"{rng.choice(MINORITY[0])}·{rng.choice(MINORITY[1])}"


def identity(rng: random.Random) -> str:
    """Return an identity number with a right check character."""
    area = rng.choice(("110105", "320106", "440305", "510104", "810000"))
    born = f"{rng.randint(1950, 2004)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    first17 = f"{area}{born}{rng.randint(0, 999):03}"
    return first17 + identity_no.check_digit(first17)


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
    return rng.choice((number, number, number, wide, spaced, number.lower()))


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


def _of(values: tuple[str, ...]) -> Callable[[random.Random], str]:
    return lambda rng: rng.choice(values)


SECRET: dict[str, tuple[str, Callable[[random.Random], str]]] = {
    "人": ("name", name),
    "民族名": ("name", minority_name),
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
    "法人": name,
    "企业": _of(FIRMS),
    "店": _of(SHOPS),
    "产品": _of(PRODUCTS),
    "品牌": _of(BRANDS),
    "法": _of(LAWS),
    "地": _of(PLACES),
    "路": _of(STREETS),
    "机关": _of(OFFICES),
    "营业地": lambda rng: f"{rng.choice(COUNTIES)}{rng.choice(STREETS)}{rng.randint(1, 200)}号",
    "日期": day,
    "金额": amount,
    "数量": lambda rng: f"{rng.randint(1, 900)}{rng.choice(('瓶', '盒', '公斤', '袋'))}",
    "文号": lambda rng: f"甲市监罚〔{rng.randint(2018, 2026)}〕{rng.randint(1, 9999)}号",
    "代码": credit_code,
    "批号": lambda rng: rng.choice(
        (f"20{_digits(rng, 6)}", f"B{_digits(rng, 8)}", f"{_digits(rng, 10)}")
    ),
    "许可证": lambda rng: rng.choice((f"JY1{_digits(rng, 13)}", f"SC1{_digits(rng, 13)}")),
    "条码": lambda rng: f"69{_digits(rng, 11)}",
    "注册号": lambda rng: f"1501{_digits(rng, 11)}",
    "组织代码": lambda rng: f"MA{_digits(rng, 6)}X",
}
"""Slot → maker of what must stay."""
