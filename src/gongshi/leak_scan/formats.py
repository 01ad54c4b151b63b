"""What a format says about a candidate: a CSV column or a JSON key of codes, or of sums in fen."""

import csv
import re
from collections.abc import Callable
from functools import partial

from gongshi.formats import uscc
from gongshi.leak_scan.detector import Candidate
from gongshi.leak_scan.runs import Data

_CODES = re.compile(r"uscc|_code$|代码", re.IGNORECASE)
_SUMS = re.compile(r"_fen$|金额|（分）|\(分\)", re.IGNORECASE)
_JSON_KEY = re.compile(rb'"([^"\\]{1,64})"\s{0,3}:\s{0,3}"?\Z')
_QUOTE = b'"'
_REACH = 96
_HEADER = 65_536


def teller(data: Data, suffix: str) -> Callable[[Candidate], bool]:
    """Return what says whether a candidate fills a place of codes or sums, by the file's suffix."""
    return _Csv(data) if suffix == "csv" else partial(_in_json, data=data)


class _Csv:
    """The records of a CSV file, followed as candidates are asked for: once through the file."""

    def __init__(self, data: Data) -> None:
        self._data = data
        first = data[:_HEADER].decode("utf-8-sig", "ignore").partition("\n")[0]
        self._header = next(csv.reader([first]), [])
        self._start = self._line = 0
        self._quotes = 0

    def __call__(self, candidate: Candidate) -> bool:
        """Say whether a candidate fills a cell of a column of codes or sums."""
        start = self._record_start(candidate.start)
        if candidate.start - start > _HEADER:
            return False
        before = self._data[start : candidate.start].decode("utf-8-sig", "ignore")
        cells = next(csv.reader([before + candidate.number]), [])
        if not cells or cells[-1] != candidate.number or len(cells) > len(self._header):
            return False
        return _is_told_by(self._header[len(cells) - 1], candidate)

    def _record_start(self, place: int) -> int:
        """Return where the record begins that holds `place`: after a line break outside quotes."""
        if place < self._start:
            self._start = self._line = self._quotes = 0
        while (end := self._data.find(b"\n", self._line, place)) >= 0:
            self._quotes += self._data[self._line : end].count(_QUOTE)
            self._line = end + 1
            if self._quotes % 2 == 0:
                self._start = self._line
        return self._start


def _in_json(candidate: Candidate, *, data: Data) -> bool:
    """Say whether a candidate of a JSON text is the value of a key of codes or sums."""
    match = _JSON_KEY.search(data[max(0, candidate.start - _REACH) : candidate.start])
    return match is not None and _is_told_by(match[1].decode("utf-8", "ignore"), candidate)


def _is_told_by(name: str, candidate: Candidate) -> bool:
    """Say whether a column or key of this name may hold the candidate."""
    if _SUMS.search(name):
        return candidate.kind != "identity_no"
    return bool(_CODES.search(name)) and uscc.is_valid(candidate.number)
