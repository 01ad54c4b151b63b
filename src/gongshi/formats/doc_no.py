"""行政处罚决定书文号: the number of a decision document.

Usually authority, year in 〔〕, sequence and 号: 甲市监罚字〔2023〕1号. The brackets vary
(〔〕 [] () 【】 （） {} <> 『』 and the like), and so do blanks and widths. `key` is one spelling
for all of them, used for comparing only: the number is published as the agency wrote it.

Source: GB/T 9704-2012, 7.2.5 (发文字号); 双公示 field CF_WSH.

>>> key("甲市监罚字[2023] １号")
'甲市监罚字〔2023〕1号'
>>> key("（甲市监罚字（2023）1号）")
'甲市监罚字〔2023〕1号'
>>> has_usual_shape("甲市监罚〔2023〕1号"), has_usual_shape("甲市监罚2023-1")
(True, False)
"""

import re

from gongshi.formats.text import fold

_OPENING = "[({<【〔〖「『〈《〘〚⟦⟨⟪«\u2772"
_CLOSING = "])}>】〕〗」』〉》〙〛⟧⟩⟫»\u2773"
"""Of one length, in one order; NFKC has made full-width, small and vertical forms into these."""
_BRACKETS = str.maketrans(_OPENING + _CLOSING, "〔" * len(_OPENING) + "〕" * len(_CLOSING))
_YEAR = re.compile(r"〔(?:19|20)[0-9]{2}年?〕")


def key(text: str) -> str:
    """Return the spelling used in keys: 〔〕 for every bracket, NFKC, no blanks, no outer pair."""
    # A letter in its upper case may compose with what follows it.
    one_bracket = fold(fold(text).upper()).translate(_BRACKETS)
    while _is_wrapped(one_bracket):
        one_bracket = one_bracket[1:-1]
    return one_bracket


def has_usual_shape(text: str) -> bool:
    """Say whether the number has a year in brackets and ends with 号."""
    spelling = key(text)
    return spelling.endswith("号") and _YEAR.search(spelling) is not None


def _is_wrapped(text: str) -> bool:
    """Say whether one pair of brackets encloses the whole text."""
    if not (text.startswith("〔") and text.endswith("〕")):
        return False
    depth = 0
    for place, symbol in enumerate(text, start=1):
        depth += (symbol == "〔") - (symbol == "〕")
        if depth == 0:
            return place == len(text)
    return False
