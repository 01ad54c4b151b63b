r"""Cell text: what is kept of a cell, and what two spellings of one header or name share.

`clean` is for text that will be published: it removes what nobody can see and changes nothing
that a reader would notice. `fold` is for comparing only: full-width and half-width forms, and
any blanks, no longer matter.

Policy for line breaks: CR, CRLF and the Unicode separators become LF; empty lines go; a single
break inside a text stays, because decisions are written in paragraphs. A tab becomes one blank.

Source: Unicode Standard Annex 15 (NFC, NFKC); the header variants of the 双公示 templates.

>>> clean("\ufeff 甲市\u200b监罚字〔2023〕1号\u3000\r\n")
'甲市监罚字〔2023〕1号'
>>> clean("一、\r\n\r\n  二、")
'一、\n二、'
>>> fold("行政相对人代码\uff3f\uff11 （统一社会信用代码）")
'行政相对人代码_1(统一社会信用代码)'
"""

import re
import unicodedata

# Format and control characters, the soft hyphen, lone surrogates: invisible in a spreadsheet.
# U+200D joins emoji and is invisible as well; no administrative text needs it.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_BREAK = re.compile("[^\\S\n]*(?:\r\n?|[\n\x0b\x0c\x85\u2028\u2029])\\s*")
_BLANKS = re.compile(r"\s+")


def clean(text: str) -> str:
    """Return `text` in NFC without invisible characters, outer blanks and empty lines.

    Cleaning twice changes nothing.
    """
    visible = _INVISIBLE.sub("", text).replace("\t", " ")
    return unicodedata.normalize("NFC", _BREAK.sub("\n", visible)).strip()


def has_odd_digits(text: str) -> bool:
    """Say whether a text holds ², ① or the like, which `fold` would take for plain digits.

    >>> has_odd_digits("5²"), has_odd_digits("\uff15")
    (True, False)
    """
    return not text.isascii() and any(unicodedata.category(symbol) == "No" for symbol in text)


def fold(text: str) -> str:
    """Return the form in which headers and names are compared: NFKC, no blanks at all.

    >>> fold("示例　商贸") == fold("示例商贸")
    True
    """
    narrow = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    # Without its blanks a text may compose once more.
    return unicodedata.normalize("NFKC", _BLANKS.sub("", narrow))
