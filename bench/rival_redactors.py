"""Other redactors over the same corpus: plain regular expressions, and presidio-analyzer.

Both are what a capable person writes in a day for Chinese decisions: one pattern an element, and
for names a surname after a role word. Presidio gets the same patterns as recognisers of its own,
the check digit as a validator, context words, and its own recognisers for e-mail and cards; its
language pipeline is a blank spaCy `zh`, because no model for Chinese ships in a package. It is no
dependency: where it is not installed, the comparison is left out.
"""

import re
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, NamedTuple

from gongshi.formats import identity_no

Find = Callable[[str], Sequence[tuple[int, int]]]

_SURNAME = (
    "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪"
    "廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙陶贺顾毛郝龚邵万覃钱戴严莫孔向常]"
)
_ROLE = (
    "证人|见证人|举报人|投诉人|申诉人|驾驶员|驾驶人|司机|消费者|代理人|购买人|会计|出纳|供货人|员工|职工|店员|经理|厂长|行长"
    "|负责人|经营者|执法人员|询问人|患者|医生|护士|药师|车主|股东|房东|村民|业务员|采购员|质检员|姓名：|户名：|收件人|联系人"
)
_AFTER_NAME = (
    "[，。、；：（）]|称|证实|证明|陈述|承认|在场|签字|处|系|于|从|向|对|将|把|和|与|及|在|未|已|为"
)
_HOME = "住址|家住|户籍地址|户籍所在地|户籍地|居住于|居住在|现住|暂住|租住在"
_DAY = r"\d{4}年\d{1,2}月\d{1,2}日"


class Pattern(NamedTuple):
    """What an element looks like, after and before what, and words that make it likelier."""

    element: str
    value: str
    after: str = ""
    before: str = ""
    context: tuple[str, ...] = ()


PATTERNS = (
    Pattern(
        "identity_no",
        r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dXx](?!\d)",
        context=("身份证", "公民身份号码"),
    ),
    Pattern("identity_no_old", r"(?<!\d)[1-8]\d{7}[01]\d[0-3]\d{4}(?!\d)", context=("身份证",)),
    Pattern("permit_no", r"[A-Z]\d{8}", after="护照|护照号码|护照号码为|护照（号码"),
    Pattern(
        "mobile", r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)", context=("电话", "手机", "联系方式")
    ),
    Pattern("landline", r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"),
    Pattern("account", r"\d{12,19}", after="(?:账号|账户|卡号|银行卡)[为：:（(]{0,2}"),
    Pattern(
        "plate",
        "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z]·?[A-Z0-9]{5,6}",
    ),
    Pattern("email", r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"),
    Pattern("account_name", r"[A-Za-z0-9_-]{6,20}", after="(?:微信|微信号|QQ|QQ号)[为：:]{0,2}"),
    Pattern("home_address", "[^，。；（）]{2,60}", after=f"(?:{_HOME})[为：:]?"),
    Pattern("birth_date", _DAY, before="出?生"),
    Pattern("birth_date_labelled", _DAY, after="出生日期[：:]"),
    Pattern("health", "[^，。；、的]{1,10}?(?:病|炎|症|癌)", after="患有|因患"),
    Pattern("name", f"{_SURNAME}[一-龥]{{1,2}}?", after=_ROLE, before=_AFTER_NAME),
)


def plain() -> Find:
    """Return the redactor of plain patterns."""
    compiled = [
        re.compile(f"(?:{one.after})(?P<value>{one.value}){_ahead(one)}") for one in PATTERNS
    ]
    return lambda text: [m.span("value") for each in compiled for m in each.finditer(text)]


def _ahead(one: Pattern) -> str:
    return f"(?={one.before})" if one.before else ""


def presidio() -> Find | None:
    """Return presidio-analyzer with these recognisers, None where it is not installed."""
    try:
        library = import_module("presidio_analyzer")
        engines = import_module("presidio_analyzer.nlp_engine")
        spacy = import_module("spacy")
    except ImportError:
        return None
    engine = engines.SpacyNlpEngine(models=[{"lang_code": "zh", "model_name": "blank"}])
    engine.nlp = {"zh": spacy.blank("zh")}
    registry = library.RecognizerRegistry(supported_languages=["zh"])
    for recogniser in _recognisers(library):
        registry.add_recognizer(recogniser)
    analyzer = library.AnalyzerEngine(
        registry=registry,
        nlp_engine=engine,
        supported_languages=["zh"],
        default_score_threshold=0.3,
    )
    return lambda text: [(r.start, r.end) for r in analyzer.analyze(text, language="zh")]


def _recognisers(library: Any) -> list[Any]:  # noqa: ANN401  a module
    """Return our recognisers and presidio's own that know no language."""

    class Checked(library.PatternRecognizer):  # type: ignore[misc]
        """An identity number whose check character must be right."""

        def validate_result(self, pattern_text: str) -> bool:
            return identity_no.is_valid(pattern_text.upper())

    ours = []
    for one in PATTERNS:
        kind = Checked if one.element.startswith("identity_no") else library.PatternRecognizer
        behind = f"(?<={one.after})" if one.after else ""
        pattern = library.Pattern(one.element, f"{behind}(?:{one.value}){_ahead(one)}", 0.5)
        ours.append(
            kind(
                supported_entity=one.element.upper(),
                patterns=[pattern],
                context=list(one.context) or None,
                supported_language="zh",
            )
        )
    own = library.predefined_recognizers
    theirs = (own.EmailRecognizer, own.CreditCardRecognizer)
    return [*ours, *(each(supported_language="zh") for each in theirs)]


RIVALS: dict[str, Callable[[], Find | None]] = {"regex": plain, "presidio": presidio}
