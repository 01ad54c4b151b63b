"""The rules as a table: what each asks, why, what the clerk should do, and where it comes from.

`V..` are the rules of the penalty standard, `S..` the general rules of a Table Schema. Identifiers
are stable: reports, scripts and agencies rely on them. The table holds words only; what a rule
computes stands in `party`, `decision` and `batch`, and in the schema itself.

A source marked [from memory] was not read again when the rule was written down.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gongshi.models import Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

_PENALTY = ("penalty",)
_PARTIES = ("penalty", "license", "list-entry", "case-transfer")
_ALL = (*_PARTIES, "penalty-event", "commitment")
_LICENSE = ("license",)
_STANDARD = "双公示行政处罚信息标准 (2019)"
_USCC = "GB 32100-2015"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. `roles` are the fields that it looks at (`x-role` in the schemas).

    `title` states what holds, `why` gives the reason in one sentence, `todo` tells the clerk what
    to do; `title_en` is the English line. `severity` is the usual one: where a case is milder, the
    finding says so.
    """

    id: str
    severity: Severity
    roles: tuple[str, ...]
    title: str
    why: str
    todo: str
    title_en: str
    source: str
    schemas: tuple[str, ...] = _PENALTY


_TABLE = (
    Rule(
        id="V01",
        severity=ERROR,
        roles=("*",),
        title="必填项有内容",
        why="标准规定该项必填，“无”“空”“-”“/”“null”“undefined”等不算内容。",
        todo="请填写真实内容；确实没有的，请与数据管理单位联系。",
        title_en="A required field has a value; placeholders are none.",
        source=f"{_STANDARD}，必填标记",
        schemas=_ALL,
    ),
    Rule(
        id="V02",
        severity=ERROR,
        roles=("category",),
        title="行政相对人类别在代码表内",
        why="类别只能是法人及非法人组织、自然人、个体工商户三者之一。",
        todo="请改为三者之一，不要用代码或者简称。",
        title_en="The party category is one of the three of the code list.",
        source=f"{_STANDARD}，行政相对人类别",
        schemas=_PARTIES,
    ),
    Rule(
        id="V03",
        severity=ERROR,
        roles=("category", "uscc", "legal_rep", "id_type", "id_no"),
        title="法人及非法人组织的标识齐全",
        why="法人及非法人组织必须有有效的统一社会信用代码和法定代表人，不填自然人证件。",
        todo="请核对营业执照或者法人证书后填写。",
        title_en="An organisation has a valid USCC and a legal representative, and no personal ID.",
        source=f"{_STANDARD}；{_USCC}",
        schemas=_PARTIES,
    ),
    Rule(
        id="V04",
        severity=ERROR,
        roles=("category", "uscc", "reg_no", "legal_rep"),
        title="个体工商户的标识齐全",
        why="个体工商户必须有有效的统一社会信用代码，没有的填 00000000000000000X 并填工商注册号；"
        "法定代表人填经营者。",
        todo="请核对营业执照后填写。",
        title_en="A sole trader has a valid USCC, or the placeholder with a registration number, "
        "and an operator.",
        source=f"{_STANDARD}，占位代码说明（处罚表同样适用 [from memory]）",
        schemas=_PARTIES,
    ),
    Rule(
        id="V05",
        severity=ERROR,
        roles=("category", "id_type", "id_no", "uscc", "legal_rep"),
        title="自然人的标识齐全",
        why="自然人必须有证件类型和与之相符的证件号码，行政相对人代码和法定代表人留空。"
        "证件号码绝不公开，只用来区分同名的人。",
        todo="请核对证件后填写；如是个体工商户，请改行政相对人类别。",
        title_en="A natural person has an ID type and a fitting number, and no organisation codes.",
        source=f"{_STANDARD}；GB 11643-1999",
        schemas=_PARTIES,
    ),
    Rule(
        id="V06",
        severity=ERROR,
        roles=("category", "uscc"),
        title="代码开头与行政相对人类别一致",
        why="统一社会信用代码以 92 开头的是个体工商户，其他开头的是法人及非法人组织。",
        todo="请改类别，或者核对代码。",
        title_en="A USCC that begins with 92 is a sole trader's, any other an organisation's.",
        source="信用平台数据报送要求",
        schemas=_PARTIES,
    ),
    Rule(
        id="V07",
        severity=ERROR,
        roles=("authority_code", "source_unit_code", "penalty_authority_code"),
        title="机关代码有效",
        why="处罚机关、数据来源单位的统一社会信用代码用来认定机关，必须有效。",
        todo="请核对本机关的统一社会信用代码证书。",
        title_en="Codes of authority and source unit are valid USCCs.",
        source=f"{_STANDARD}；{_USCC}",
        schemas=_ALL,
    ),
    Rule(
        id="V08",
        severity=ERROR,
        roles=("kinds",),
        title="处罚类别在代码表内",
        why="每个类别必须是《行政处罚法》第九条所列的种类，其他种类写“其他-名称”；多个用“;”分隔。",
        todo="请改为代码表中的名称，例如“罚款”“没收违法所得”。",
        title_en="Every kind of penalty is of the code list, or 其他- with a name.",
        source="行政处罚法 (2021) 第九条；2015 年双公示处罚类别",
    ),
    Rule(
        id="V09",
        severity=ERROR,
        roles=("kinds", "fine_wan"),
        title="罚款与罚款金额一致",
        why="处罚类别含“罚款”，罚款金额就应大于 0，反之亦然。",
        todo="请补罚款金额（单位万元），或者改处罚类别。",
        title_en="The kinds hold 罚款 exactly where the fine is above 0.",
        source=f"{_STANDARD}，罚款金额（万元）",
    ),
    Rule(
        id="V10",
        severity=ERROR,
        roles=("kinds", "confiscated_wan"),
        title="没收有金额",
        why="处罚类别含没收违法所得或者没收非法财物的，必须填没收金额。",
        todo="请补没收金额（单位万元）；没有估价的财物填 0。",
        title_en="A confiscation has an amount; 0 is taken with a warning.",
        source=f"{_STANDARD}，没收违法所得、没收非法财物的金额（万元）",
    ),
    Rule(
        id="V11",
        severity=ERROR,
        roles=("kinds", "licence_affected"),
        title="暂扣、吊销写明证照",
        why="处罚类别含暂扣或者吊销的，必须写明证照名称及编号。",
        todo="请补“暂扣或吊销证照名称及编号”。",
        title_en="A suspension or revocation names the licence.",
        source=f"{_STANDARD}，暂扣或吊销证照名称及编号",
    ),
    Rule(
        id="V12",
        severity=ERROR,
        roles=("decided_on",),
        title="决定日期合理",
        why="决定日期不能晚于报送当天，也不能早于 1949-10-01；超过五年的给出提醒。",
        todo="请核对决定书上的日期。",
        title_en="The decision is not in the future and not before 1949-10-01; "
        "older than five years is a warning.",
        source=f"{_STANDARD}，处罚决定日期",
        schemas=_ALL,
    ),
    Rule(
        id="V13",
        severity=ERROR,
        roles=(
            *("decided_on", "valid_until", "source_publish_until", "source_until"),
            *("signed_on", "outcome_on"),
        ),
        title="截止日期不早于决定日期",
        why="有效期、公示截止期从决定之后起算；案件的接收和办理结果在移送之后。",
        todo="请核对两个日期；长期有效写 2099-12-31。",
        title_en="Validity and publicity do not end before the decision.",
        source=f"{_STANDARD}，处罚有效期、公示截止期",
        schemas=_PARTIES,
    ),
    Rule(
        id="V14",
        severity=WARNING,
        roles=("content", "fine_wan"),
        title="罚款金额与处罚内容一致",
        why="处罚内容中写的罚款数额应等于罚款金额；常见的错误是把元当作万元，相差一万倍。",
        todo="请核对决定书；罚款金额的单位是万元，2000 元写 0.2。",
        title_en="The fine in the text equals the amount; yuan typed as 万元 is the usual error.",
        source="数据质量通例",
    ),
    Rule(
        id="V15",
        severity=ERROR,
        roles=("fine_wan", "confiscated_wan"),
        title="金额是不超过六位小数的非负数",
        why="金额单位是万元，六位小数即一分；更细的数额不存在。",
        todo="请只写数字，不带单位、逗号，小数不超过 6 位。",
        title_en="An amount is a plain number of 万元, not negative, with at most six decimals.",
        source=f"{_STANDARD}，decimal(18,6)",
    ),
    Rule(
        id="V16",
        severity=WARNING,
        roles=("party", "uscc"),
        title="名称与代码相符",
        why="同一统一社会信用代码，以前登记的或者本批多数行所写的是另一个名称。",
        todo="请核对名称和代码；主体已更名的可以不改。",
        title_en="Name and USCC agree with the party table and within the batch.",
        source="信用平台数据报送要求（主体信息不匹配）",
        schemas=_PARTIES,
    ),
    Rule(
        id="V17",
        severity=ERROR,
        roles=("authority_code", "doc_no", "party", "uscc", "reg_no", "id_no"),
        title="同一批数据不重复",
        why="处罚机关、决定书文号、行政相对人三者相同的是同一条记录，一批只能有一条。",
        todo="请删去多余的行；如是更正，请只保留正确的一行。",
        title_en="Authority, document number and party together stand once in a batch.",
        source="去重规则：文号可对应多个当事人，不得只按文号去重",
        schemas=_ALL,
    ),
    Rule(
        id="V18",
        severity=WARNING,
        roles=("doc_no",),
        title="决定书文号形式通常",
        why="文号通常含带括号的年份，并以“号”结尾。",
        todo="请核对决定书；文号确实如此的可以不改。",
        title_en="A document number has a year in brackets and ends with 号.",
        source="GB/T 9704-2012, 7.2.5",
        schemas=_ALL,
    ),
    Rule(
        id="V19",
        severity=ERROR,
        roles=("doc_no", "facts", "content", "remarks"),
        title="不含简易程序和涉密案件",
        why="适用简易程序（当场处罚）的和涉及国家秘密的决定不报送、不公示。",
        todo="请把这一行从文件中删去；如标注有误，请改正后重报。",
        title_en="Simple-procedure and secret decisions are not reported.",
        source="信用平台数据报送要求；行政处罚法 (2021) 第五十条、第五十一条",
    ),
    Rule(
        id="V20",
        severity=ERROR,
        roles=("facts", "content", "basis", "violation_type"),
        title="公开文本不含个人信息",
        why="身份证件号码、电话、银行账号、住址等不得公开；系统遮盖后给出提醒，遮盖不了的拒收。",
        todo="请在来源系统中删去个人信息后重报。",
        title_en="Public text holds no identity number, phone, account or home address.",
        source="个人信息保护法；市场监督管理行政处罚信息公示规定 第六条",
        schemas=_ALL,
    ),
    Rule(
        id="V21",
        severity=INFO,
        roles=("decided_on",),
        title="七个工作日内报送",
        why="行政处罚、行政许可信息应自作出决定之日起七个工作日内报送并公示，逾期计为迟报。",
        todo="不影响收录；请今后按时报送。",
        title_en="Reported within seven working days of the decision.",
        source="发改办财金〔2018〕424号",
        schemas=("penalty", "license"),
    ),
    Rule(
        id="V22",
        severity=WARNING,
        roles=("org_code",),
        title="组织机构代码校验码正确",
        why="末位是前八位的校验码。",
        todo="请核对代码；已有统一社会信用代码的可以留空。",
        title_en="The organisation code has its check character.",
        source="GB 11714-1997",
        schemas=("penalty", "license"),
    ),
    Rule(
        id="V23",
        severity=WARNING,
        roles=("reg_no",),
        title="工商注册号校验码正确",
        why="15 位注册号的末位是校验码；13 位的是 2007 年以前的旧号。",
        todo="请核对营业执照；已有统一社会信用代码的可以留空。",
        title_en="A registration number of 15 digits has its check digit.",
        source="GS 15-2006",
        schemas=_PARTIES,
    ),
    Rule(
        id="V24",
        severity=ERROR,
        roles=("license_kind",),
        title="许可类别在代码表内",
        why="许可类别是普通、特许、认可、核准、登记之一，其他类别写“其他-名称”。",
        todo="请改为规定的名称，例如“普通”“核准”。",
        title_en="The kind of licence is of the code list, or 其他- with a name.",
        source="双公示行政许可信息标准 (2019)，许可类别",
        schemas=_LICENSE,
    ),
    Rule(
        id="S01",
        severity=ERROR,
        roles=("*",),
        title="内容符合该项的数据类型",
        why="日期、数字等必须能按该项的类型读出。",
        todo="日期请写成 2023-04-05，数字只写数字。",
        title_en="The value is of the field's type.",
        source="Table Schema: type, format",
        schemas=_ALL,
    ),
    Rule(
        id="S02",
        severity=ERROR,
        roles=("*",),
        title="长度在限度以内",
        why="超过标准规定的长度，接收平台会截断或者拒收。",
        todo="请缩短，或者检查是否错列。",
        title_en="The length is within the limits.",
        source="Table Schema: minLength, maxLength；长度见数据字典",
        schemas=_ALL,
    ),
    Rule(
        id="S03",
        severity=ERROR,
        roles=("*",),
        title="符合规定的写法",
        why="该项有固定的写法，见数据字典。",
        todo="请按数据字典改写。",
        title_en="The value has the prescribed form.",
        source="Table Schema: pattern",
        schemas=_ALL,
    ),
    Rule(
        id="S04",
        severity=ERROR,
        roles=("*",),
        title="在代码表内",
        why="该项只能取代码表中的值。",
        todo="请改为代码表中的值。",
        title_en="The value is of the code list.",
        source="Table Schema: enum",
        schemas=_ALL,
    ),
    Rule(
        id="S05",
        severity=ERROR,
        roles=("*",),
        title="在取值范围内",
        why="该项的数值或者日期有上下限。",
        todo="请核对数值。",
        title_en="The value is within its range.",
        source="Table Schema: minimum, maximum",
        schemas=_ALL,
    ),
)

RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in _TABLE})
"""Identifier → rule, in the order in which people read them."""

CONSTRAINT_RULES: Mapping[str, str] = MappingProxyType(
    {
        "type": "S01",
        "required": "V01",
        "minLength": "S02",
        "maxLength": "S02",
        "pattern": "S03",
        "enum": "S04",
        "minimum": "S05",
        "maximum": "S05",
        "exclusiveMinimum": "S05",
        "exclusiveMaximum": "S05",
    }
)
"""Constraint → rule that a breach is reported under, unless the field's `x-rules` says so."""
