"""What a format says about a candidate: a CSV column or a JSON key of codes, or of sums in fen."""

import csv
import mmap
import re

from gongshi.formats import uscc
from gongshi.leak_scan.detector import Candidate

_CODES = re.compile(r"uscc|_code$|代码", re.IGNORECASE)
_SUMS = re.compile(r"_fen$|金额|（分）|\(分\)", re.IGNORECASE)
_JSON_KEY = re.compile(rb'"([^"\\]{1,64})"\s{0,3}:\s{0,3}"?\Z')
_QUOTE = b'"'
_REACH = 96
_HEADER = 65_536


def in_csv(candidate: Candidate, data: bytes | mmap.mmap) -> bool:
    """Say whether a candidate of a CSV file fills a cell of a column of codes or sums."""
    header = _first_record(data)
    start = _record_start(data, candidate.start)
    before = data[start : candidate.start].decode("utf-8-sig", "ignore")
    cells = next(csv.reader([before + candidate.number]), [])
    if not cells or cells[-1] != candidate.number or len(cells) > len(header):
        return False
    return _is_told_by(header[len(cells) - 1], candidate)


def in_json(candidate: Candidate, data: bytes | mmap.mmap) -> bool:
    """Say whether a candidate of a JSON text is the value of a key of codes or sums."""
    match = _JSON_KEY.search(data[max(0, candidate.start - _REACH) : candidate.start])
    return match is not None and _is_told_by(match[1].decode("utf-8", "ignore"), candidate)


def _is_told_by(name: str, candidate: Candidate) -> bool:
    """Say whether a column or key of this name may hold the candidate."""
    if _SUMS.search(name):
        return candidate.kind != "identity_no"
    return bool(_CODES.search(name)) and uscc.is_valid(candidate.number)


def _first_record(data: bytes | mmap.mmap) -> list[str]:
    """Return the header of a CSV file."""
    return next(csv.reader([data[:_HEADER].decode("utf-8-sig", "ignore").partition("\n")[0]]), [])


def _record_start(data: bytes | mmap.mmap, place: int) -> int:
    """Return where the record begins that holds `place`: after a line break outside quotes."""
    open_quotes = data[:place].count(_QUOTE)
    at = place
    while (line := data.rfind(b"\n", 0, at)) >= 0:
        open_quotes -= data[line:at].count(_QUOTE)
        if open_quotes % 2 == 0:
            return line + 1
        at = line
    return 0
