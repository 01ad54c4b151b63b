"""Validation in two stages: columns clear what is surely right, Frictionless judges the rest.

    RawTable ──▶ prepare (columns by role)
                   │ compiled: the Table Schema as strict polars expressions
                   │ party, decision: each row rule with an expression that clears it
                   ▼
                 doubtful rows ──▶ authority: Frictionless with the same row rules
                   ▼
                 batch: duplicates, lateness, names ──▶ CheckedTable with findings

An error refuses the row; a warning and an info do not. `rules` is the table of all rules, and
`reference` the page about them. Nothing here reads or writes a file.
"""

from gongshi.validate.context import Context
from gongshi.validate.stage import authority_only, validate

__all__ = ["Context", "authority_only", "validate"]
