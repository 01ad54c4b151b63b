"""Names that nobody bears: people called 赵甲乙 or 欧阳样例, firms called 样演 and 拟丙.

Given names and trade names are written with a few characters (stems, branches, 例样拟演摹), so
that a reader sees that they are invented, while surnames, lengths, compound surnames, names of
minorities and names with a blank inside are as frequent as in real records.

Source of the shares: 6 020 single names in published penalties: three characters 66 %, two 30 %,
four 2.5 %, with · 0.6 %, with a blank inside 0.2 %.
"""

import numpy as np

SURNAMES = tuple(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
    "鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余卜顾孟平黄"
)
COMPOUND_SURNAMES = ("欧阳", "司马", "上官", "诸葛", "皇甫", "尉迟", "公孙", "慕容")
GIVEN = "甲乙丙丁戊己庚辛壬癸丑寅卯辰巳酉戌亥例样拟演摹"
MINORITY_FIRST = ("阿卜拟", "买买例", "帕提示", "次仁样", "扎西拟", "吉克样")
MINORITY_LAST = ("样例木", "样拟提", "演卓玛", "摹多吉", "拟阿依", "例合木")

WORDS = tuple(f"{first}{second}" for first in "示例样拟演摹仿设" for second in GIVEN + "源丰泰兴")
"""Trade names (字号) of firms and shops."""

TRADES = (
    "商贸", "食品", "餐饮管理", "生物科技", "医药", "医疗器械", "日化", "服饰", "鞋业", "电子商务",
    "电器", "建材", "汽车配件", "农资", "种业", "饲料", "环保科技", "化工", "能源", "石油销售",
    "物流", "建筑工程", "物业管理", "文化传媒", "印务", "网络科技", "信息技术", "家居", "玩具",
    "酒业",
)  # fmt: skip
FORMS = ("有限公司", "有限责任公司", "股份有限公司", "集团有限公司")
FORM_SHARES = (0.8, 0.11, 0.05, 0.04)
SHOPS = (
    "副食店", "便利店", "超市", "经营部", "小吃店", "餐馆", "药店", "五金店", "农资店", "服装店",
    "化妆品店", "烟酒店", "水果店", "鞋店", "通讯器材店", "汽修厂", "豆制品店", "早餐店", "加油站",
    "美容店",
)  # fmt: skip

_FORMS_OF_NAME = ("three", "two", "four", "compound", "minority", "blank")
_SHARES = (0.66, 0.30, 0.02, 0.01, 0.007, 0.003)


def people(rng: np.random.Generator, count: int) -> list[str]:
    """Return `count` names of persons."""
    forms = rng.choice(len(_FORMS_OF_NAME), size=count, p=_SHARES)
    surnames = rng.integers(len(SURNAMES), size=count)
    compounds = rng.integers(len(COMPOUND_SURNAMES), size=count)
    given = rng.integers(len(GIVEN), size=(count, 2))
    columns = (forms.tolist(), surnames.tolist(), compounds.tolist(), given.tolist())
    return [
        _person(_FORMS_OF_NAME[form], SURNAMES[surname], COMPOUND_SURNAMES[compound], letters)
        for form, surname, compound, letters in zip(*columns, strict=True)
    ]


def _person(form: str, surname: str, compound: str, letters: list[int]) -> str:
    """Return one name of the given form; `letters` index `GIVEN`."""
    first, second = GIVEN[letters[0]], GIVEN[letters[1]]
    match form:
        case "three":
            return f"{surname}{first}{second}"
        case "two":
            return f"{surname}{first}"
        case "four":
            return f"{compound}{first}{second}"
        case "compound":
            return f"{compound}{first}"
        case "minority":
            size = len(MINORITY_FIRST)
            return f"{MINORITY_FIRST[letters[0] % size]}·{MINORITY_LAST[letters[1] % size]}"
        case _:
            return f"{surname} {first}"


def firms(rng: np.random.Generator, places: list[str]) -> list[str]:
    """Return one firm's name for each place: 甲市样丁商贸有限公司."""
    count = len(places)
    words = rng.integers(len(WORDS), size=count).tolist()
    trades = rng.integers(len(TRADES), size=count).tolist()
    forms = rng.choice(len(FORMS), size=count, p=FORM_SHARES).tolist()
    return [
        f"{place}{WORDS[word]}{TRADES[trade]}{FORMS[form]}"
        for place, word, trade, form in zip(places, words, trades, forms, strict=True)
    ]


def shops(rng: np.random.Generator, places: list[str], operators: list[str]) -> list[str]:
    """Return one shop's name for each place; a quarter carry their operator's name."""
    count = len(places)
    words = rng.integers(len(WORDS), size=count).tolist()
    kinds = rng.integers(len(SHOPS), size=count).tolist()
    personal = (rng.random(count) < 0.25).tolist()  # noqa: PLR2004  张三副食店
    return [
        f"{place}{operator.replace(' ', '') if own else WORDS[word]}{SHOPS[kind]}"
        for place, operator, word, kind, own in zip(
            places, operators, words, kinds, personal, strict=True
        )
    ]
