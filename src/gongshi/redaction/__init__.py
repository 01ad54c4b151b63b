"""Redaction: personal data found in text and replaced by masks; rules are a table.

* `redact`, `redact_record`   one text, one record
* `bulk.redact_frame`         many records at once: a gate over columns, then the same on hits
* `label`                     the name of a file or sheet
* `rules.RULES`               element, finder, mask, gate, source

Detection looks at a folded copy of the text (`folding`); what is published stays as written,
apart from masks. No network, nothing random, a dictionary that ships in a package: the same
text gives the same answer.
"""

from gongshi.redaction.record import Redacted, Subject, label, redact, redact_record
from gongshi.redaction.rules import ELEMENTS, RULES, Rule
from gongshi.redaction.spans import Span

__all__ = [
    "ELEMENTS",
    "RULES",
    "Redacted",
    "Rule",
    "Span",
    "Subject",
    "label",
    "redact",
    "redact_record",
]
