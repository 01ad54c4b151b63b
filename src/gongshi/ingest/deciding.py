"""The part of a decision's text that decides: without the law it quotes and what it threatens.

>>> deciding("有下列行为的，处十万元以上五十万元以下的罚款”的规定，我局决定对甲公司罚款15万元。")
'我局决定对甲公司罚款15万元。'
>>> deciding("罚款2万元。逾期不缴的，每日加处罚款600元。")
'罚款2万元。'
"""

import re

_QUOTATION = re.compile(r"“[^“”]*”\s*(?=之?的?(?:有关)?规定)")
_REST_OF_QUOTATION = re.compile(
    r"(?:(?<=[。；;\n])|^)(?:(?!决定)[^“”])*”\s*之?的?(?:有关)?规定[，,]?"
)
"""A quotation whose beginning was cut off; it never reaches back over a decision."""
_THREAT = re.compile(r"(?:逾期|到期不|期满不|如不|否则|拒不)[^。；;\n]*[。；;\n]?")


def deciding(text: str) -> str:
    """Return the text without quotations of law and without what follows on disobedience."""
    for pattern in (_QUOTATION, _REST_OF_QUOTATION, _THREAT):
        text = pattern.sub("", text)
    return text
