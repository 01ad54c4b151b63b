"""Finder for number plates: it takes folded text and yields `(start, end, doubtful)` in it.

Civil plates with five or six characters after the letter (挂 学 警 港 澳 试 超 领 too), those of
embassies, of the forces and the armed police, and of tractors; with a dot, a blank, a hyphen,
and those of which the source starred less than Gongshi does.

Source: GA 36-2018; plates of the forces and of tractors from memory.
"""

# ruff: noqa: RUF001  characters that look like others are data here

import re
from collections.abc import Iterator

Found = tuple[int, int, bool]

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_C = "[A-HJ-NP-Z0-9]"
_LAST = "[A-HJ-NP-Z0-9挂学警港澳试超领]"
_J = r"[·•.\-—– _/:]{0,2}"
_PLATE = re.compile(
    rf"[{PROVINCES}使领] ?[A-HJ-Z]{_J}{_C}{{4,5}}{_LAST}临?(?![A-Za-z0-9])"
    rf"|[{PROVINCES}] ?[A-HJ-Z]{_J}(?:{_C}{{2}}[·. \-]{_C}{{3}}|{_C}{{3}}[·. \-]{_C}{{2}})"
    rf"(?![A-Za-z0-9])"
    rf"|[{PROVINCES}][A-HJ-Z]{_J}{_C}{{4}}[警学挂港澳领]"
    rf"|[{PROVINCES}] ?[a-hj-z]{_J}[0-9]{{5}}(?![A-Za-z0-9])"
    rf"|[{PROVINCES}][0-9]{{2}}[·\-][0-9]{{5}}(?![0-9A-Za-z])"
    rf"|[使领][0-9]{{6}}(?![0-9A-Za-z]|\s?[元万人])"
    rf"|(?:军|(?<![航太时天])空|(?<![上渤南东黄珠北青])海)[A-Z][·. \-]?[0-9]{{5}}(?![0-9A-Za-z])"
    rf"|WJ[· ]?(?:[{PROVINCES}]|[0-9]{{2}})[·. \-]?[0-9]{{4}}[0-9A-Z](?![0-9A-Za-z])"
    rf"|[{PROVINCES}][A-HJ-Z]·?(?=[A-Z0-9*]{{5,6}}(?![A-Za-z0-9*]))(?![*]{{4}}.)[A-Z0-9]*[*]{{2,}}[A-Z0-9]*"
)
_DIGITS = "0-9一二三四五六七八九壹贰叁肆伍陆柒捌玖"
_LABELLED = re.compile(
    r"(?:车牌|号牌|牌照|车号)(?:号码?)?[为是:\s]{0,2}"
    rf"(?P<plate>\(?[一-龥]{{0,2}}\)?字?(?=[^，。；,;年]{{0,3}}[{_DIGITS}])"
    rf"(?:[A-Za-z〇零{_DIGITS}][·. \-]?){{5,8}}(?:\(?[挂学警港澳临]\)?)?)(?![0-9A-Za-z年])"
)


def plates(text: str) -> Iterator[Found]:
    """Yield number plates of vehicles."""
    for match in _PLATE.finditer(text):
        yield *match.span(), False
    for match in _LABELLED.finditer(text):
        yield match.start("plate"), match.start("plate") + len(match["plate"].rstrip(" .-·")), False
