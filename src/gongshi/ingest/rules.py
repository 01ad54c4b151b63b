"""Why a row, or a part of a file, is not read: stable identifiers with what to say about them.

`A..` are about rows and sheets. A whole file is refused with `F..` (errors.FileRefusedError):

    F01 missing or empty      F02 too large             F03 built to exhaust or deceive
    F04 encoding not proved   F05 damaged, or no reader F06 the reader ran out or crashed
    F07 no header found       F08 columns do not fit    F09 quotation without end
    F10 encrypted             F11 several agencies fit  F12 no rows and columns in it
    F13 titles stand over the wrong columns
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gongshi.models import Finding, Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One reason: what is wrong, what the clerk should do, and the English line."""

    id: str
    severity: Severity
    title: str
    todo: str
    title_en: str


_TABLE = (
    Rule(
        id="A01",
        severity=ERROR,
        title="该行的单元格比表头多,各列可能已经错位",
        todo="请检查该行是否有未加引号的分隔符,或多粘贴了一格。",
        title_en="the row has more cells than the header: its columns may have shifted",
    ),
    Rule(
        id="A02",
        severity=ERROR,
        title="单元格是公式错误值,或者没有算出的公式(#CALC!)、嵌套的表格(#TABLE!)",
        todo="请改正公式,或填写实际内容;公式没有计算结果的,请用 Excel 或 WPS 打开后保存。",
        title_en="the cell holds a formula error, an uncalculated formula or a table",
    ),
    Rule(
        id="A03",
        severity=ERROR,
        title="代码被当作数字录入,末几位已经丢失",
        todo="请先把该列格式设为“文本”,再重新录入完整代码。",
        title_en="a code was typed as a number and has lost its last digits",
    ),
    Rule(
        id="A04",
        severity=ERROR,
        title="单元格以 = + @ 开头,会被当作公式执行",
        todo="请删去开头的符号,只保留文字。",
        title_en="the cell begins like a formula",
    ),
    Rule(
        id="A05",
        severity=ERROR,
        title="没有任何单元格写明当事人",
        todo="请填写被处罚的单位名称或者个人姓名。",
        title_en="no cell names the party",
    ),
    Rule(
        id="A06",
        severity=ERROR,
        title="内容与所在列不符,该行可能整体错位",
        todo="请核对该行各单元格是否在正确的列。",
        title_en="the content does not suit its column: the row may have shifted",
    ),
    Rule(
        id="A07",
        severity=ERROR,
        title="一个单元格里的几个当事人无法可靠拆开",
        todo="请每个当事人单列一行,或用约定的分隔符分开。",
        title_en="several parties in one cell cannot be told apart",
    ),
    Rule(
        id="A08",
        severity=ERROR,
        title="无法确定各项处罚分别属于哪个当事人",
        todo="请每个当事人单列一行,分别写明处罚内容。",
        title_en="it cannot be told which party each penalty belongs to",
    ),
    Rule(
        id="A09",
        severity=ERROR,
        title="一个单元格里有几个决定书文号",
        todo="请每份决定书单列一行。",
        title_en="several document numbers stand in one cell",
    ),
    Rule(
        id="A10",
        severity=ERROR,
        title="处罚内容中的金额无法确定是罚款还是没收,或者合计与分项不符",
        todo="请分别写明罚款和没收的金额。",
        title_en="the sums in the penalty text are unclear, or do not add up",
    ),
    Rule(
        id="A11",
        severity=ERROR,
        title="该处罚机关不在本报送单位的申报范围内",
        todo="请核对处罚机关名称;如属实,请维护者在 agency.yml 的 authorities 中补充。",
        title_en="this agency may not speak for this authority",
    ),
    Rule(
        id="A12",
        severity=ERROR,
        title="单元格含有乱码(� 或者“锟斤拷”)",
        todo="请从原始系统重新导出该行。",
        title_en="the cell holds replacement characters: text was lost",
    ),
    Rule(
        id="A14",
        severity=ERROR,
        title="该行的决定书文件不能使用",
        todo="改好后请连同表格重新报送。",
        title_en="the document of the row cannot be used",
    ),
    Rule(
        id="A15",
        severity=ERROR,
        title="没有找到该行的决定书文件",
        todo="请把文件放进同一个压缩包,文件名与表中所写一致,或者以文号命名。",
        title_en="the document of the row was not found",
    ),
    Rule(
        id="A16",
        severity=ERROR,
        title="决定书与该行对不上",
        todo="请核对文书与该行,每份决定书只对应一个文号。",
        title_en="the document does not match the row",
    ),
    Rule(
        id="A17",
        severity=ERROR,
        title="决定书全文可能不完整或者不是决定书",
        todo="请改用 .docx 或 .txt 文件与表格一起压缩报送,只附送达当事人的决定书。",
        title_en="the full text may be cut, or is not that of a decision",
    ),
    Rule(
        id="A18",
        severity=ERROR,
        title="处罚机关的名称和代码不是同一个机关",
        todo="请核对名称和代码;如机关名称有变更,请维护者在 schemas/authorities/ 中声明。",
        title_en="name and code are those of two authorities",
    ),
    Rule(
        id="A19",
        severity=WARNING,
        title="处罚机关的写法没有声明,按另一个机关收录",
        todo="如是同一机关,请维护者在 schemas/authorities/ 中补充这一写法后重新报送。",
        title_en="this spelling of an authority is not declared; it counts as another authority",
    ),
    Rule(
        id="A20",
        severity=WARNING,
        title="有内容的列没有对应字段,未读取",
        todo="如应当读取,请维护者在 agency.yml 的 columns 中声明;否则列入 ignore。",
        title_en="a column with content means nothing to us and was not read",
    ),
    Rule(
        id="A21",
        severity=WARNING,
        title="工作表未读取",
        todo="如其中有应当报送的数据,请取消隐藏并补上表头后重新报送。",
        title_en="a sheet was not read",
    ),
    Rule(
        id="A22",
        severity=INFO,
        title="该行不是记录,已跳过",
        todo="",
        title_en="the row is no record and was passed over",
    ),
    Rule(
        id="A23",
        severity=WARNING,
        title="决定书文件没有对应的行,未读取",
        todo="请核对文件名与文号;对应的行已被拒绝的,改正该行后一并重报。",
        title_en="a document belongs to no row and was not read",
    ),
    Rule(
        id="A24",
        severity=WARNING,
        title="决定书中有不属于正文的内容,未公开",
        todo="请核对公开的全文与送达的决定书一致。",
        title_en="something in the document is no part of its text and is not published",
    ),
    Rule(
        id="A25",
        severity=WARNING,
        title="处罚机关的代码没有声明",
        todo="请核对;属实的,请维护者在 schemas/authorities/ 中补充,否则会分作两个机关。",
        title_en="this code of a declared authority is not declared",
    ),
    Rule(
        id="A26",
        severity=INFO,
        title="日期写成了表格软件的序列号,已换算",
        todo="请核对换算的日期;以后请把该列设为日期或文本格式再导出。",
        title_en="dates were written as serial numbers of a spreadsheet and have been converted",
    ),
)

RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in _TABLE})
"""Every rule of reading, by its identifier."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why one row cannot be read: a rule, the field that shows it, and the case at hand.

    `value` is what a finding may show of the cell (`table_schema.Field.shown`).
    """

    rule: str
    field: str
    detail: str = ""
    detail_en: str = ""
    value: str = ""


def finding(doubt: Doubt, *, sheet: str, row: int, column: str = "") -> Finding:
    """Return the finding for a doubt about one row, or about the file where `row` is 0."""
    rule = RULES[doubt.rule]
    detail = f":{doubt.detail}" if doubt.detail else ""
    detail_en = f": {doubt.detail_en}" if doubt.detail_en else ""
    return Finding(
        sheet=sheet,
        row=row,
        column=column,
        field=doubt.field,
        rule=rule.id,
        severity=rule.severity,
        value=doubt.value,
        message=f"{rule.title}{detail}。{rule.todo}",
        message_en=f"{rule.title_en}{detail_en}",
    )
