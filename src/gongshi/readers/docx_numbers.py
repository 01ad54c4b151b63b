"""What a Word document computes before it is printed: styles of its words, automatic numbers.

Source: ECMA-376 part 1, 17.7 (styles), 17.9 (numbering), 17.18.59 (ST_NumberFormat).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lxml import etree

_FAINT_HALF_POINTS = 4
_FAINT_COLOURS = frozenset({"FFFFFF"})
_HAN = "零一二三四五六七八九"
_LEVELS = 9


def attribute(element: etree._Element | None, name: str, default: str = "") -> str:
    """Return an attribute by its name without namespace."""
    if element is None:
        return default
    found = (v for k, v in element.attrib.items() if etree.QName(k).localname == name)
    return str(next(found, default))


def is_on(element: etree._Element | None) -> bool:
    """Say whether a switch (`<w:vanish/>`, `<w:vanish w:val="0"/>`) is there and on."""
    return element is not None and attribute(element, "val", "1") not in {"0", "false", "off"}


@dataclass(frozen=True, slots=True)
class Look:
    """Whether words are hidden, struck through, or too faint to see; None where it is not said."""

    hidden: bool | None = None
    struck: bool | None = None
    faint: bool | None = None

    def over(self, other: "Look") -> "Look":
        """Return this look, and the other's where this one says nothing."""
        return Look(
            other.hidden if self.hidden is None else self.hidden,
            other.struck if self.struck is None else self.struck,
            other.faint if self.faint is None else self.faint,
        )


def _child(element: etree._Element | None, name: str) -> etree._Element | None:
    return None if element is None else element.find(f"{{*}}{name}")


def _look(properties: etree._Element | None) -> Look:
    """Return what the properties of a run or a style say."""
    if properties is None:
        return Look()
    hidden = [_child(properties, name) for name in ("vanish", "specVanish")]
    struck = [_child(properties, name) for name in ("strike", "dstrike")]
    colour, size = _child(properties, "color"), attribute(_child(properties, "sz"), "val")
    tiny = size.isdigit() and int(size) <= _FAINT_HALF_POINTS
    white = attribute(colour, "val").upper() in _FAINT_COLOURS
    return Look(
        any(map(is_on, hidden)) if any(each is not None for each in hidden) else None,
        any(map(is_on, struck)) if any(each is not None for each in struck) else None,
        tiny or white if colour is not None or size else None,
    )


@dataclass(frozen=True, slots=True)
class Styles:
    """Style id → how its words look, and the number that its paragraphs have: list and level."""

    looks: Mapping[str, Look] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    default: str = ""
    ground: Look = Look()

    def look(self, run: etree._Element) -> Look:
        """Return how the words of a run look: its own properties, its style, its paragraph's."""
        own = _child(run, "rPr")
        look = _look(own).over(self.looks.get(attribute(_child(own, "rStyle"), "val"), Look()))
        paragraph = next(run.iterancestors("{*}p"), None)
        style = attribute(_child(_child(paragraph, "pPr"), "pStyle"), "val", self.default)
        return look.over(self.looks.get(style, Look())).over(self.ground)


def styles_of(part: etree._Element | None) -> Styles:
    """Return the styles of a document, each with what it takes from the one that it is based on."""
    if part is None:
        return Styles()
    found = {attribute(style, "styleId"): style for style in part.findall("{*}style")}
    looks, lists, default = dict[str, Look](), dict[str, tuple[str, str]](), ""
    for name, style in found.items():
        looks[name], number = Look(), ("", "")
        for each in _line(found, name):
            looks[name] = looks[name].over(_look(_child(each, "rPr")))
            numbered = _child(_child(each, "pPr"), "numPr")
            own = tuple(attribute(_child(numbered, key), "val") for key in ("numId", "ilvl"))
            number = (number[0] or own[0], number[1] or own[1])
        lists[name] = number
        if attribute(style, "type") == "paragraph" and attribute(style, "default") in {"1", "true"}:
            default = name
    ground = _look(part.find("{*}docDefaults/{*}rPrDefault/{*}rPr"))
    return Styles(looks, lists, default, ground)


def _line(found: Mapping[str, etree._Element], name: str) -> list[etree._Element]:
    """Return a style and those that it is based on, nearest first; a circle ends."""
    line: list[etree._Element] = []
    while name in found and found[name] not in line:
        line.append(found[name])
        name = attribute(_child(found[name], "basedOn"), "val")
    return line


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a list: how its number is written, around what, from which on."""

    form: str = "decimal"
    text: str = ""
    start: int = 1


@dataclass(slots=True)
class Numbers:
    """The automatic numbers of a document, counted as its paragraphs are asked for in order."""

    styles: Styles = field(default_factory=Styles)
    lists: Mapping[str, Mapping[int, _Level]] = field(default_factory=dict)
    counters: Mapping[str, str] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def of(self, paragraph: etree._Element) -> str | None:
        """Return the number in front of a paragraph, "" without one, None where it is unknown."""
        properties = _child(paragraph, "pPr")
        style = attribute(_child(properties, "pStyle"), "val", self.styles.default)
        from_style = self.styles.lists.get(style, ("", ""))
        own = _child(properties, "numPr")
        which = attribute(_child(own, "numId"), "val") or from_style[0]
        level = attribute(_child(own, "ilvl"), "val") or from_style[1] or "0"
        if which in {"", "0"}:
            return ""
        if which not in self.lists or not level.isdigit() or int(level) >= _LEVELS:
            return None
        return self._next(which, int(level))

    def _next(self, which: str, level: int) -> str | None:
        """Count one paragraph of a list and return its number as it is printed."""
        levels = self.lists[which]
        counts = self.counts.setdefault(self.counters[which], {})
        for above in range(level):
            counts.setdefault(above, levels.get(above, _Level()).start)
        counts[level] = counts.get(level, levels.get(level, _Level()).start - 1) + 1
        for below in [each for each in counts if each > level]:
            del counts[below]
        shown = levels.get(level, _Level())
        if shown.form in {"bullet", "none"}:
            return "• " if shown.form == "bullet" else ""
        text = shown.text
        for each in range(level + 1):
            mark = f"%{each + 1}"
            if mark in text:
                write = _FORMS.get(levels.get(each, _Level()).form)
                if write is None:
                    return None
                text = text.replace(mark, write(counts[each]))
        return text


def numbers_of(part: etree._Element | None, styles: Styles) -> Numbers:
    """Return the lists of a document. Lists that restart count for themselves."""
    if part is None:
        return Numbers(styles)
    kinds = {attribute(each, "abstractNumId"): each for each in part.findall("{*}abstractNum")}
    lists, counters = dict[str, Mapping[int, _Level]](), dict[str, str]()
    for each in part.findall("{*}num"):
        number, kind = attribute(each, "numId"), attribute(_child(each, "abstractNumId"), "val")
        overrides = each.findall("{*}lvlOverride")
        levels = _levels(kinds.get(kind))
        for override in overrides:
            at, start = attribute(override, "ilvl"), _child(override, "startOverride")
            if at.isdigit():
                own = _child(override, "lvl")
                base = _level(own) if own is not None else levels.get(int(at), _Level())
                levels[int(at)] = _Level(base.form, base.text, _start(start, base.start))
        lists[number] = levels
        counters[number] = f"own {number}" if overrides else kind
    return Numbers(styles, lists, counters)


def _levels(kind: etree._Element | None) -> dict[int, _Level]:
    found = [] if kind is None else kind.findall("{*}lvl")
    numbered = ((attribute(each, "ilvl"), each) for each in found)
    return {int(at): _level(each) for at, each in numbered if at.isdigit()}


def _level(element: etree._Element) -> _Level:
    """Return one level as it is declared."""
    form = attribute(_child(element, "numFmt"), "val", "decimal")
    text = attribute(_child(element, "lvlText"), "val")
    between = {"tab": " ", "space": " ", "nothing": ""}
    after = between.get(attribute(_child(element, "suff"), "val", "nothing"), "")
    return _Level(form, text + after, _start(_child(element, "start"), 1))


def _start(element: etree._Element | None, default: int) -> int:
    text = attribute(element, "val")
    return int(text) if text.isdigit() and len(text) < _LEVELS else default


def _han(number: int) -> str:
    """Return a number below ten thousand in Chinese.

    >>> _han(3), _han(10), _han(12), _han(20), _han(101), _han(110)
    ('三', '十', '十二', '二十', '一百零一', '一百一十')
    """
    if number < 1 or number >= 10_000:  # noqa: PLR2004
        return str(number)
    text, rest, gap = "", number, False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, rest = divmod(rest, unit)
        if digit:
            text += ("零" if gap and text else "") + _HAN[digit] + sign
            gap = False
        else:
            gap = True
    return text.removeprefix("一") if 10 <= number < 20 else text  # noqa: PLR2004


def _letters(number: int) -> str:
    """Return a, b, … z, aa, bb, … as Word does.

    >>> _letters(2), _letters(27)
    ('b', 'aa')
    """
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else ""


def _roman(number: int) -> str:
    """Return a Roman numeral.

    >>> _roman(4), _roman(19)
    ('iv', 'xix')
    """
    text = ""
    for value, sign in (
        *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc")),
        *((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
    ):
        count, number = divmod(number, value)
        text += sign * count
    return text


def _circled(number: int) -> str:
    """Return ① to ⑳, and plain digits beyond."""
    return chr(0x2460 + number - 1) if 1 <= number <= 20 else str(number)  # noqa: PLR2004


_FORMS: Mapping[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda n: f"{n:02}",
    "decimalFullWidth": lambda n: str(n).translate({48 + d: 0xFF10 + d for d in range(10)}),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    **dict.fromkeys(
        ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting"),
        _han,
    ),
    "lowerLetter": _letters,
    "upperLetter": lambda n: _letters(n).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda n: _roman(n).upper(),
    "none": lambda _: "",
}
"""Form of a number → how it is written."""
