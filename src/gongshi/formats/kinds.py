"""处罚类别: the kinds of penalty, their codes, and how a cell or a text names them.

The codes P01 to P13 follow the items of article 9; P99 is any other kind. Labels from before 2021
stand for one or more of today's. A cell may hold several kinds with `;` between them; `；`, `|`,
line breaks and, between known labels, `、` and `，` are read as well. A label of the old lists may
itself hold 、 or 或者.

Source: 行政处罚法 (2021) art. 9; the seven kinds of the 2015 双公示 template.

>>> split("罚款；没收违法所得、没收非法财物")
('罚款', '没收违法所得、没收非法财物')
>>> codes("罚款；没收违法所得、没收非法财物")
('P03', 'P04', 'P05')
>>> in_text("决定给予警告，并处罚款2000元；逾期不履行的，依法吊销许可证")
('警告', '罚款')
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "P01": "警告",
        "P02": "通报批评",
        "P03": "罚款",
        "P04": "没收违法所得",
        "P05": "没收非法财物",
        "P06": "暂扣许可证件",
        "P07": "降低资质等级",
        "P08": "吊销许可证件",
        "P09": "限制开展生产经营活动",
        "P10": "责令停产停业",
        "P11": "责令关闭",
        "P12": "限制从业",
        "P13": "行政拘留",
        "P99": "其他",
    }
)
"""Our code → the label of article 9, in its order."""

_OLDER: Mapping[str, tuple[str, ...]] = {
    "没收违法所得、没收非法财物": ("P04", "P05"),
    "没收违法所得或者没收非法财物": ("P04", "P05"),
    "没收违法所得、非法财物": ("P04", "P05"),
    "暂扣或者吊销许可证、暂扣或者吊销执照": ("P06", "P08"),
    "暂扣或者吊销许可证": ("P06", "P08"),
    "暂扣或者吊销执照": ("P06", "P08"),
    "暂扣许可证": ("P06",),
    "暂扣执照": ("P06",),
    "吊销许可证": ("P08",),
    "吊销执照": ("P08",),
    "吊销营业执照": ("P08",),
    "停产停业": ("P10",),
}
CODES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {label: (code,) for code, label in LABELS.items()} | dict(_OLDER)
)
"""Every label that is known, of today and of before 2021 → the codes that it stands for."""

OTHER = "其他"
_OTHER = re.compile(r"其他[-—－:：].+", re.DOTALL)
_SEPARATOR = re.compile(r"[;；|｜\n]+")
_WEAK_SEPARATOR = re.compile(r"[、，,]")

# What a sentence quotes, rests on or threatens is not what it decides.
_QUOTED = re.compile(
    r"《[^》]*》|“[^”]*”|\"[^\"]*\"|「[^」]*」|(?:依据|根据|依照|按照)[^。；;，,]*规定"
)
_THREAT = re.compile(
    r"(?:逾期|到期不|否则|拒不|如不|如再|若不|若再|可以?并?处|将依法|将处|应当?处|的，(?:由|处|可))[^。；;\n]*"
    r"|(?:加处|每日按)[^。；;\n]*"
)
_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (LABELS[code], re.compile(pattern))
    for code, pattern in (
        ("P01", r"(?<![不免])警告"),
        ("P02", r"通报批评"),
        ("P03", r"(?<!免予)(?<!不予)罚款|处罚?[^，。；]{0,6}元"),
        ("P04", r"没收[^，。；]{0,4}违法所得|没收非法所得"),
        ("P05", r"没收(?![^，。；]{0,4}(?:违法|非法)所得)|没收违法所得[、和及]非法财物"),
        ("P06", r"暂扣"),
        ("P07", r"降低[^，。；]{0,4}资质"),
        ("P08", r"吊销"),
        ("P09", r"限制[^，。；]{0,4}(?:开展|经营|业务|生产)"),
        ("P10", r"停产停业|停业整顿|停产整治|责令停产|责令停业"),
        ("P11", r"责令[^，。；]{0,4}关闭"),
        (
            "P12",
            r"限制[^，。；]{0,2}从业|禁止[^，。；]{0,12}(?:从事|从业|工作|进入)|取消[^，。；]{0,14}任职资格",
        ),
        ("P13", r"拘留"),
    )
)


def split(text: str) -> tuple[str, ...]:
    """Return the tokens of a CF_CFLB cell, in order, trimmed, without empty ones."""
    tokens = []
    for token in filter(None, (part.strip() for part in _SEPARATOR.split(text))):
        parts = [part.strip() for part in _WEAK_SEPARATOR.split(token)]
        known = token not in CODES and all(is_known(part) for part in parts)
        tokens.extend(parts if known else [token])
    return tuple(tokens)


def is_known(token: str) -> bool:
    """Say whether a token is a label of the lists, or 其他 with the note that it needs.

    >>> is_known("其他-责令改正"), is_known("其他"), is_known("批评教育")
    (True, False, False)
    """
    return (token in CODES and token != OTHER) or _OTHER.fullmatch(token) is not None


def codes(text: str) -> tuple[str, ...]:
    """Return the codes that a CF_CFLB cell stands for, sorted; unknown tokens count as P99."""
    found = {code for token in split(text) for code in CODES.get(token, ("P99",))}
    return tuple(sorted(found))


def in_text(text: str) -> tuple[str, ...]:
    """Return the labels of the kinds that the deciding part of a free text names, in code order.

    Quotations of law and what is threatened for later do not count. The answer proposes; it is no
    basis for a decision about a party.
    """
    deciding = _THREAT.sub("", _QUOTED.sub("", text))
    return tuple(label for label, pattern in _WORDS if pattern.search(deciding))
