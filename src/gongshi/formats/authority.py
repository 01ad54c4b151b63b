"""Names of authorities: one spelling for comparing, and what stands for a code that is missing.

Two spellings that differ only in width, blanks, invisible characters, the form of brackets, a pair
of brackets around the whole or punctuation at the end are one spelling. Nothing else is taken off:
a word more is another name.

>>> spelling("中国示例监管委员会（甲市 监管分局）") == spelling("中国示例监管委员会[甲市监管分局]")
True
>>> spelling("(甲市监管分局)。")
'甲市监管分局'
"""

import hashlib

from gongshi.formats.text import fold

_BRACKETS = str.maketrans("[{<【〔〖「『〈《]}>】〕〗」』〉》", "(((((((((())))))))))")
_END = "。.、,;:"
_SURROGATE_HEX = 12


def spelling(name: str) -> str:
    """Return the form in which names of authorities are compared; that of a form is itself."""
    folded = fold(name).translate(_BRACKETS)
    while True:
        inner = folded.strip(_END)
        if inner.startswith("(") and inner.endswith(")") and inner.count("(") == 1:
            inner = inner[1:-1]
        if inner == folded:
            return folded
        folded = inner


def surrogate(authority: str) -> str:
    """Return the stand-in for the code of an authority that gives none: `N-` and 12 hex digits.

    It is made of the folded name, so that the same authority has the same one everywhere.

    >>> surrogate("示例监管分局") == surrogate(" 示例监管分局　")
    True
    """
    return "N-" + hashlib.sha256(fold(authority).encode()).hexdigest()[:_SURROGATE_HEX]
