"""Names of firms: one form for two that may be the same firm, so that a person can be asked.

The form is for proposing, never for joining: two firms may well share it. Full and half width,
blanks, brackets, traditional characters, 有限责任公司 for 有限公司, and a province before a city
make no difference. A branch (分公司, 分行, 支行 …) is another party than its head office.

Source: 企业名称登记管理规定 art. 6 (place, trade name, trade, form); Unicode Unihan through ICU.

>>> form("甲省甲市示例商貿有限責任公司") == form("甲市 示例商贸有限公司")
True
>>> form("示例(甲市)商贸有限公司") == form("示例甲市商贸有限公司")
True
>>> form("示例银行股份有限公司甲市分行") == form("示例银行股份有限公司")
False
"""

import re
from functools import cache
from pathlib import Path

from gongshi.formats.text import fold

_TABLE = Path(__file__).parent / "simplified.txt"
_NOT_WORDS = re.compile(r"[^\w]|_")
_PROVINCE = re.compile(r"^[一-龥]{1,7}?(?:省|自治区)(?=[一-龥]{1,7}?(?:市|州|县|区|盟).{4})")
_ROUNDS = 9
"""One round may lay bare what the next takes away; no name needs more than three."""


@cache
def _simplified() -> dict[int, str]:
    """Return the table of traditional characters."""
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    pairs = " ".join(line for line in lines if not line.startswith("#")).split()
    return {ord(pair[0]): pair[1] for pair in pairs}


@cache
def form(name: str) -> str:
    """Return the form of a name; that of a form is itself."""
    text = name
    for _ in range(_ROUNDS):
        made = _NOT_WORDS.sub("", fold(text).translate(_simplified())).upper()
        made = _PROVINCE.sub("", made.replace("有限责任公司", "有限公司"))
        if made == text:
            break
        text = made
    return text
