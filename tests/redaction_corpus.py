"""A labelled corpus of invented decision texts: templates filled with seeded, fictional values.

A slot that names a person or a number of a person carries what must vanish; the other slots, and
the words of the template, carry what must stay. Templates and values for improving the rules
(`tuning.txt`) and for scoring them (`scoring.txt`) are different. Nobody in it exists: names are
drawn character by character, numbers are generated with valid check digits, places are 甲市 and
the like. What looks like a name (像人…) is the name of a real district, street or brand.
"""

# ruff: noqa: E501  lists of characters and names

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from gongshi.formats import identity_no, uscc
from gongshi.redaction.numbers import luhn

HERE = Path(__file__).parent / "redaction"

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏"
    "苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵"
    "万覃武钱戴严莫孔向常" * 4 + "左尚解游臧谷晋封佟路霍步计国明花仲全时水云温平安康乐"
)
COMPOUND = ("欧阳", "司马", "上官", "诸葛", "慕容", "司徒")
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红文建国志海峰林春晓梅雪婷宇浩欣怡子涵"
    "梓轩思远佳琪永福德胜利民庆祥根生月亚男成龙"
    * 3
    + "琬昱珂煊铮骞黛岑倬妤婳荻蔚澍铠焜玥昶珑缨峤莆沅渔冉曦禾笛楷俪竺滕璟郁漪丞棠芃朵为应正长如来自开学得向前春燕改变连顺田水土"
    "根柱栓拴仓满囤粮喜旺财贵牛虎羊彩环翠花草小大老三四五"
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
SCORING_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
    * 4
    + "郑梁谢宋唐许邓韩冯曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛"
    "闫段雷龙陶贺顾毛郝龚邵万覃钱戴严莫孔向常"
    * 2
    + "汤康易乔赖文樊兰殷施洪翟安颜倪牛温芦季俞章鲁葛伍申尤毕聂柴焦柳邢岳齐梅庄辛管祝左涂谷祁时舒耿卜路詹凌费纪靳盛童欧甄"
    "项曲成游阳裴席卫屈鲍覃霍翁甘景单柯阮桂闵解强丛岑蒲应楚宁关师冷战"
)
"""Surnames about as often as they are borne: the first twenty for a third, the rare ones seldom."""
SCORING_COMPOUND = ("皇甫", "尉迟", "夏侯", "东方", "令狐", "端木", "公孙", "欧阳", "司徒")
SCORING_GIVEN = (
    "伟刚勇毅俊峰强军平保东文辉力明永健世广志义兴良海山仁波宁贵福生龙全国胜学祥才发武新利清飞彬富顺信子杰涛昌成康星光天达安岩"
    "中茂进林有坚和彪博诚先敬震振壮会思群豪心邦承乐绍功松善厚庆磊民友裕河哲江超浩亮政谦亨奇固之轮翰朗伯宏言若鸣朋斌梁栋维启克"
    "伦翔旭鹏泽晨辰士以建家致树炎德行时泰盛雄琛钧冠策腾楠榕风航弘秀娟英华慧巧美娜静淑惠珠翠雅芝玉萍红娥玲芬芳燕彩春菊兰凤洁梅"
    "琳素云莲真环雪荣爱妹霞香月莺媛艳瑞凡佳嘉琼勤珍贞莉桂娣叶璧璐娅琦晶妍茜秋珊莎锦黛青倩婷姣婉娴瑾颖露瑶怡婵雁蓓纨仪荷丹蓉眉"
    "君琴蕊薇菁梦岚苑婕馨瑗琰韵融园艺咏卿聪澜纯毓悦昭冰爽琬茗羽希欣飘育滢馥筠柔竹霭凝晓欢霄枫芸菲寒伊亚宜可姬舒影荔枝丽阳妮宝"
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

NAMESAKES = {
    "tuning": {
        "像人地": ("高明区", "李沧区", "石景山区", "江夏区", "周宁县", "常山县", "林芝市", "张家港市", "鲁山县", "温江区"),
        "像人路": ("白云路", "张江路", "周家嘴路", "金山大道", "江宁路", "石桥街", "黄兴路", "高新大道", "常熟路", "武宁路"),
        "像人牌": ("李宁", "张小泉", "王老吉", "周大福", "李锦记", "马应龙", "方太", "安踏"),
        "像人企": ("甲市金玉兰商贸有限公司", "乙区高飞物流有限公司", "示例省张记食品厂", "丁县林海木业有限公司", "甲市康宁大药房有限公司"),
        "像人店": ("王记面馆", "乙区李姐水果店", "老张烧烤店", "丙镇周氏诊所", "江南春茶楼"),
    },
    "scoring": {
        "像人地": ("海宁市", "金华市", "马尔康市", "孟州市", "洪泽区", "江山市", "武安市", "成安县", "龙华区", "黄陵县", "曲阳县", "桂平市"),
        "像人路": ("鲁班路", "陈翔公路", "江海大道", "黄河中路", "方园路", "梅林街", "柳荫路", "安康路", "马鞍山路", "文昌街", "凤翔巷", "龙华西路"),
        "像人牌": ("周黑鸭", "王守义", "江小白", "陈克明", "胡姬花", "雷士", "安井", "金龙鱼", "白云边", "康佳"),
        "像人企": ("甲市华安建材有限公司", "乙区宋河粮油经营部", "丁县徐福记食品有限公司", "示例省金麦郎面业股份有限公司", "样例市万家福超市有限公司", "丙县石林水泥厂"),
        "像人店": ("阿明土菜馆", "老马牛肉面馆", "丁县胡一刀快餐店", "金凤凰理发店", "陈家私房菜馆", "丙镇向阳花幼儿园"),
    },
}  # fmt: skip
"""What reads like a person's name and must stay: places, streets, brands, firms, shops."""

SLOT = re.compile(r"\{([^}]+)\}")


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
    """Return the templates of `tuning` or `scoring`."""
    lines = (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def texts(name: str, *, each: int, seed: int = 1) -> Iterator[Text]:
    """Yield every template of a set filled `each` times."""
    rng = random.Random(f"{name}{seed}")  # noqa: S311  invented values, not secrets
    for number, template in enumerate(templates(name)):
        for _ in range(each):
            yield fill(template, rng, name, number)


def fill(template: str, rng: random.Random, pool: str = "tuning", number: int = 0) -> Text:
    """Return one template filled with values of the pool `tuning` or `scoring`."""
    values: dict[str, str] = {}
    secret: list[Planted] = []
    public: list[Planted] = []
    text, last = "", 0
    for match in SLOT.finditer(template):
        slot = match[1]
        kind = slot.rstrip("0123456789")
        if slot not in values or kind not in _SAME_AGAIN:
            values[slot] = _fresh(kind, rng, pool, set(values.values()))
        shown, _, hidden = values[slot].rpartition("|")
        text += template[last : match.start()] + shown
        last = match.end()
        hides = kind in SECRET
        (secret if hides else public).append(
            Planted(SECRET[kind][0] if hides else kind, hidden, len(text), len(text) + len(hidden))
        )
        text += hidden
    text += template[last:]
    return Text(text, values.get("法人", ""), tuple(secret), tuple(public), number)


_SAME_AGAIN = frozenset({"人", "民族名", "法人", "企业", "店"})
_PERSONS = frozenset({"人", "法人"})


def _fresh(kind: str, rng: random.Random, pool: str, taken: set[str]) -> str:
    """Return a value for a slot; persons of one text have different names."""
    if kind in NAMESAKES[pool]:
        return rng.choice(NAMESAKES[pool][kind])
    if kind in _PERSONS:
        return next(one for _ in range(99) if (one := name(rng, pool)) not in taken)
    return SECRET[kind][1](rng) if kind in SECRET else PUBLIC[kind](rng)


def name(rng: random.Random, pool: str = "tuning") -> str:
    """Return an invented name of two to four characters, now and then with a blank inside."""
    compounds, surnames, characters = (
        (SCORING_COMPOUND, SCORING_SURNAMES, SCORING_GIVEN)
        if pool == "scoring"
        else (COMPOUND, SURNAMES, GIVEN)
    )
    surname = rng.choice(compounds) if rng.random() < 0.02 else rng.choice(surnames)
    given = "".join(rng.choice(characters) for _ in range(2 if rng.random() < 0.78 else 1))
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
