"""Gongshi 公示: publishes administrative penalties and credit lists.

The engine reads agency files, validates, redacts, merges, publishes and keeps credit platforms
in step. What the data means lives outside it, in a site's `ingest/` and `schemas/` folders.
"""

from importlib.metadata import version

__version__ = version("gongshi")
