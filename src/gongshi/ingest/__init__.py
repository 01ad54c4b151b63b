"""Agency files in, our fields out: their columns, words and layouts become one table of text.

Only what is certain is changed. A row that cannot be read for certain is refused with its reason
(`rules`), and every source row ends as taken or refused.
"""

from gongshi.ingest.agencies import agreeing_agencies, load_agencies
from gongshi.ingest.read import read_tables

__all__ = ["agreeing_agencies", "load_agencies", "read_tables"]
