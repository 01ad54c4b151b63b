"""Files that have a term: reports of batches."""

import re
import shutil
from datetime import date, datetime

from gongshi.declarations.policy import Retention
from gongshi.retention.terms import has_run
from gongshi.site import Site

_REPORT = re.compile(r"\.?B(\d{8})-\d{4}")
"""A report's folder is named after its batch, a draft of one that a cut has left with a dot."""


def old_reports(site: Site, retention: Retention, today: date) -> int:
    """Remove the reports whose term has run; return how many. Folders of other names are left."""
    folder = site.var / "reports"
    gone = 0
    for report in sorted(folder.iterdir()) if folder.is_dir() else ():
        name = _REPORT.fullmatch(report.name)
        if name and has_run(retention, "reports", _day(name[1]), today):
            shutil.rmtree(report)
            gone += 1
    return gone


def _day(digits: str) -> date:
    """Return the day in a batch's number."""
    return datetime.strptime(digits, "%Y%m%d").date()  # noqa: DTZ007
