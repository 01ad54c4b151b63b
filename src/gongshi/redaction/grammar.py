"""The patterns around a name: roles before it, marks after it, and what may follow one.

They are over folded text. The word lists are in `words/`; here is how words and names meet.
"""

# ruff: noqa: RUF001  characters that look like others are data here

import re
from dataclasses import dataclass, replace

from gongshi.redaction.vocabulary import any_of, characters, words

_LEGAL, _LOOSE = (frozenset(words(name)) for name in ("roles_legal", "roles_loose"))
_ROLES = frozenset(words("roles"))
_ROLE_LENGTHS = tuple(sorted({len(w) for w in _ROLES | _LEGAL | _LOOSE}, reverse=True))
_SIGNS = ("名为", "名叫", ":", "：", "为", "是", "系", "叫", "即", "、")
_ASIDE = re.compile(r"(?:姓名)?(?:[(（][^()（）]{0,12}[)）])?\Z")
_REACH = 40
_LAST_OF_A_ROLE = frozenset(
    word[-1] for word in (*_ROLES, *_LEGAL, *_LOOSE, *_SIGNS, "姓名", ")", "）")
)
"""What a role or its sign ends with."""
_BETWEEN = ' "“\n'
_LAST_BEFORE_A_NAME = _LAST_OF_A_ROLE | frozenset(_BETWEEN)
"""What stands last before a name where a role or its sign does."""


@dataclass(frozen=True, slots=True)
class Role:
    """A role word before a name; `label` when a sign such as : or 为 stands between."""

    label: bool = False
    legal: bool = False
    loose: bool = False


def role_before(text: str, at: int) -> Role | None:
    """Return the role word that ends right before `at`, a sign and an aside in brackets allowed."""
    if text[at - 1 : at] not in _LAST_BEFORE_A_NAME:
        return None
    head = text[max(0, at - _REACH) : at].rstrip(_BETWEEN)
    if head[-1:] not in _LAST_OF_A_ROLE:
        return None
    for sign in _SIGNS:
        if head.endswith(sign):
            role = _role_at_end(head.removesuffix(sign).rstrip(' "“'))
            if role is not None:
                return replace(role, label=True)
    return _role_at_end(head)


def _role_at_end(head: str) -> Role | None:
    """Return the role word that `head` ends with, the longest."""
    for stem in dict.fromkeys((head, _ASIDE.sub("", head, count=1))):
        for length in _ROLE_LENGTHS:
            word = stem[-length:]
            if word in _ROLES or word in _LEGAL or word in _LOOSE:
                return Role(legal=word in _LEGAL, loose=word in _LOOSE)
    return None


SENTENCE = re.compile(r"[^。\n]+[。\n]?|[。\n]")

HARD = re.compile(r"\s{0,3}(?:$|[，。；：？！、,;:.?!()《》“”‘’\"'\[\]{}〔〕【】/|<>—\-…\n\r0-9*])")
"""A boundary after which no name goes on."""

SAYING = re.compile(any_of("said_of_persons"))
"""Words that only a person is followed by."""

SOFT = re.compile(f"[{''.join(sorted(characters('particles')))}]")
"""Function words and one-character verbs, which a name may be followed by."""

FUNCTION_CHARACTERS = frozenset(
    "的在从对将把被让由因与及或并均也还又则但已未曾仍只不没是处给跟所各其该此这"
)
"""Characters that end no given name: where both readings fit, the shorter name is meant."""

BREAKS = frozenset("，。；：？！,;:.?!()“”‘’\"'[]{}〔〕【】/|<>—-…\n\r\t")
"""Punctuation that divides clauses."""

LEFT = frozenset(
    "，。；：？！、,;:.?!()《》“”‘’\"'[]{}〔〕【】/|<>—-…\n\r \t0123456789"
    "由向与和对让请经给被将及为是有的从以了过即称同跟系因据名"
)
"""Characters that may stand right before a name."""

PLACES = frozenset("村路街巷湾桥庄园区县市州省港站")
"""What a place ends with, and a name seldom does."""

_SEX_OR_NUMBER = (
    r"\s{0,2}[,，(（]\s{0,2}(?:性别[:：]?\s?)?(?:[男女][,，、)）。；;\s0-9汉族生年满系岁]|[男女]$)"
    r"|\s{0,2}性别[:：]?\s?[男女]|[男女][,，、](?=\s?(?:[0-9汉族]|身份|出生|公民|住|系))"
    r"|\s{0,2}[,，(（:：]?\s{0,2}(?:公民|居民)?(?:身份证|身份号码|护照|港澳)"
)
_ASIDE_ON_A_PERSON = (
    r"\s?[(（]\s?(?:时任|现任|原任|曾任|身份|男|女|系|执法证|工号|化名|已故|另案|另处|未成年|时年|现年|曾用名|别名|绰号"
    r"|[0-9]{1,2}周?岁|以下[简统]?称|(?:19|20)[0-9]{2}年[0-9]{1,2}月|占股|持股|[股父母夫妻儿姐弟兄妹])"
)
_TITLE = (
    "(?:医生|医师|大夫|律师|先生|女士|小姐|同志|老师|经理|护士|师傅|主任|警官|会计|老板|书记|同学|夫妇|夫妻|父子|母子|兄弟|姐妹"
    "|[所队科局站校院店厂行组班村镇社园馆处股部]长|(?:大|老)?(?:哥|姐|叔|爷|妈|姨|婶)(?![一-龥]{0,3}店)|阿姨|等人)"
)
_IS_SOMEBODY = (
    r"[系是](?:该|本|我|当事人|其|上述|涉案|公司|店|厂|[一-龥·]{2,16}?)[一-龥]{0,16}?"
    rf"(?:{any_of('kin_of')}|[一-龥]{{1,3}}[员工长师])"
)
_PAPERS = (
    r"的?(?:询问|调查|讯问|谈话|约谈)?"
    r"(?:笔录|证言|陈述材料|陈述书|身份证|签名|签字|授权委托书|健康证|驾驶证|执业证|自述|自书材料)"
)
MARK = re.compile(
    rf"{_SEX_OR_NUMBER}|{_ASIDE_ON_A_PERSON}|{_TITLE}(?![一-龥]{{0,3}}(?:公司|店|厂))|{_IS_SOMEBODY}|{_PAPERS}"
)
"""What stands right after a name and tells that it was one."""

DEEDS = re.compile(any_of("deeds"))
"""What only a person does."""

_PREPOSITIONS = frozenset(words("prepositions"))
_BEFORE = frozenset(words("before_names"))
_BEFORE_LENGTHS = tuple(sorted({len(word) for word in _BEFORE}))
_LAST_OF_BEFORE = frozenset(word[-1] for word in _BEFORE)


def brings_in(text: str, at: int) -> bool:
    """Say whether what stands right before `at` is a preposition or another word before persons."""
    last = text[at - 1 : at]
    if last in LEFT or last in _PREPOSITIONS:
        return True
    return last in _LAST_OF_BEFORE and any(
        text[max(0, at - n) : at] in _BEFORE for n in _BEFORE_LENGTHS
    )


LIST = frozenset("、和及与")
LINK = re.compile(r"(?:\([^()\n]{0,60}\))?\s?(?:、|和|与|及|以及)\s?")

LIST_ENDS = re.compile(r"\s?(?:[、和及与等，。；：,;:()（）\n]|$)")

AMOUNT = re.compile("[零〇壹贰叁肆伍陆柒捌玖拾佰仟一二两三四五六七八九十百千万亿]{2,}余?[元圆]")
"""A sum in words: 陆万贰仟元 begins with a surname."""

QUOTED = re.compile(r"《[^》\n]{1,80}》")

BRANDED = re.compile(
    r"[“\"'‘][一-龥A-Za-z0-9]{2,8}[”\"'’](?:注册商标|商标|品牌|牌(?![照号匾子局九])|系列|字样|文字|防伪|标识|标志)"
    r"|(?:假冒|仿冒|冒牌|品牌|商标|标称|印有|印制|标有|贴有|冠名|牌号)[“\"'‘][一-龥A-Za-z0-9]{2,8}[”\"'’]"
)
"""A brand between quotation marks, called so before or after: “示例”牌."""

BORN_LATELY = re.compile("生于20[1-9][0-9]")
"""张树生于2026年到场: whoever acts was born earlier, so the name ends with 生."""

_WITHIN = "(?:(?![在的与和及于从向到对为把被将由用系是称去来给让处已未])[一-龥0-9]){0,6}?"
_KINDS_OF_FIRM = (
    "副食店|小吃店|便利店|超市|商店|商行|经营部|餐馆|饭店|药店|诊所|门诊|酒店|宾馆|加工厂|工厂|作坊|理发店|美容院|服装店"
    "|水果店|粮油店|百货|公司|养殖场|合作社|农家乐|修理部|修理厂|批发部|面馆|烧烤店|火锅店|茶楼|工作室|事务所|个体|[一-龥]{0,2}铺|烧烤|卤味|凉皮|豆花|麻花|包子|小吃|快餐|面庄|酒楼|客栈|旅馆|宾馆|民宿|托管班|培训班|专卖|直营|美甲|美容|美发|理发|造型|汽修|五金|建材|家具|种业|药业|酒业|实业|置业|茶业|家纺|服饰|(?<!车)牌"
)
DOCUMENT = re.compile(r"[一-龥]{0,10}\s?[〔\[【(（]\s?(?:19|20)[0-9]{2}年?\s?[〕\]】)）]")
PART_OF_ANOTHER_NAME = re.compile(
    rf"[区县市镇乡村路街巷湾桥期](?![长主支委民干友医霸])|时段|期间|高峰|注册商标|商标|系列|[®™]|{_WITHIN}(?:{_KINDS_OF_FIRM})"
)
"""What follows where the name is the beginning of a place, of a trade name or of a brand."""

_FAR = (
    "(?:(?![在的与和及于从向到对为把被将由系是称去来让了无未不])(?:[一-龥0-9]|"
    "[(（][一-龥]{1,6}[)）])){0,16}?"
)
_PLACES_AND_BODIES = (
    f"{_KINDS_OF_FIRM}|[厂店行社场馆所院校局部站](?![长员主人内里外上下工])|[山河江湖海岛沟岗坪塘寨屯堡墩寺庙镇乡村区县市州省路街巷湾桥园港]"
    "|集团|中心|基地|摊|档口|食品|公司|街道|苏木|委员会|条例|办法|规定"
)
PART_OF_A_LONGER_NAME = re.compile(
    rf"{PART_OF_ANOTHER_NAME.pattern}|{_FAR}(?:{_PLACES_AND_BODIES})"
)
"""The same with less need of proof, for names that nothing introduces."""

_NO_PART = (
    "在的与和及于从向到对为把被将由用系是称去来给让处已未了不有并等其该此各至经按因或且均又将"
)
PLACE = re.compile(
    rf"(?:(?![{_NO_PART}路街村镇乡县市区省])[一-龥]){{1,3}}(?:公路|大道|大街|[路街巷弄村镇乡县市区省州旗屯]|社区|小区|花园|广场|国道|省道|高速|立交)"
    r"(?![长支主委民干医霸边口面段过人办])"
)
"""A name of a place, from its beginning: 张江路, 周宁县."""

FIRM = re.compile(
    rf"(?:(?![{_NO_PART}])[一-龥]){{1,8}}?(?:有限责任公司|有限公司|公司|集团|{_KINDS_OF_FIRM}|药房|菜馆|餐厅|食堂|饭庄|[店馆铺厂坊社庄])(?![主长员人面内里])"
)
"""A name of a firm or shop, from its beginning: 张记食品厂, 老王修车铺."""

REST_OF_A_COMPANY = re.compile(
    rf"(?:(?![{_NO_PART}])[一-龥]){{0,10}}(?:有限责任公司|有限公司|股份公司|集团公司|合作社|厂(?![长区房内家商里]))"
)
"""What follows where a company's name begins like a person's: 大海水产有限公司."""
