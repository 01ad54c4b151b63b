"""A clerk's file name: shown as it is, never used as a path."""

import re
import unicodedata

_ENDING = re.compile(
    r"\.(csv|tsv|txt|xlsx|xlsm|xls|et|ods|json|ndjson|jsonl|html?|zip)", re.IGNORECASE
)
_LONGEST_SHOWN, _LONGEST_LABEL = 120, 50
_NOT_IN_LABELS = re.compile(r"[^\w()（）〔〕]+")


def shown(sent: str) -> str:
    r"""Return the name for people: the last part of what was sent, without invisible characters.

    >>> shown("C:\\报送\\三月.xlsx"), shown("../../etc/passwd"), shown("a\r\nb\u202e.csv")
    ('三月.xlsx', 'passwd', 'ab.csv')
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", sent))[-1]
    name = "".join(sign for sign in last if sign.isprintable()).strip()
    if name.strip(".") == "":
        return "文件"
    return name if len(name) <= _LONGEST_SHOWN else f"…{name[-_LONGEST_SHOWN:]}"


def label(name: str) -> str:
    """Return what a file is called on disk: letters, digits, and an ending that is known.

    >>> label("三月 处罚.xlsx"), label("..hidden"), label("a;rm -rf.sh"), label("B.CSV")
    ('三月_处罚.xlsx', '_hidden', 'a_rm_rf_sh', 'B.csv')
    """
    stem, dot, ending = name.rpartition(".")
    known = f"{dot}{ending}".lower()
    if not stem or not _ENDING.fullmatch(known):
        stem, known = name, ""
    return _NOT_IN_LABELS.sub("_", stem)[:_LONGEST_LABEL] + known
