"""The records in the text of a JSON document, one by one; nothing but the text is held in memory.

A document is an array of records, or an object with one such array somewhere in its first levels
(`{"code": 0, "data": {"total": 2, "list": […]}}`), or a single record. Numbers stay as written.
"""

import json
import re
from collections.abc import Generator, Iterator

from gongshi.readers.file import File
from gongshi.readers.refusals import damaged, no_table

FLAT = "请让每条记录是一个对象,每个字段是一个文字、数字或空值;或者另存为 .csv、.xlsx 后报送。"
"""What to do about JSON that is no table."""
Numbered = tuple[int, object]
"""A record and the number that a person knows it by."""

_AGAIN = "请从原系统重新导出完整的文件。"
_LEVELS = 3
"""Objects around the array of records."""
_BLANK = re.compile(r"[ \t\n\r]*")
_RECORDS = re.compile(r"\[[ \t\n\r]*[\[{]")
_UNWRITABLE = re.compile("[\ud800-\udfff\x00]")
_SHOWN = 30
"""Characters of a key that a message quotes."""


class _UnfitError(Exception):
    """Valid JSON that we do not take; the arguments say why, in Chinese and in English."""


def writable(text: str) -> str:
    """Return a text without what no text file can hold: halves of surrogate pairs, and NUL.

    >>> writable("甲" + chr(0xD800)) == "甲" + chr(0xFFFD)
    True
    """
    return _UNWRITABLE.sub("\ufffd", text)


def quoted(key: str) -> str:
    """Return a key for a message."""
    return f"“{writable(key[:_SHOWN])}”"


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object; a key that comes twice has no one value."""
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _UnfitError(f"键{quoted(twice)}重复出现", "a key comes twice in one object")
    return found


def _constant(name: str) -> object:
    """Refuse NaN and Infinity, which JSON does not have."""
    raise _UnfitError(f"{name} 不是 JSON 的数字", f"{name} is no JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=str, parse_int=str, parse_constant=_constant
)


def is_record(line: str) -> bool:
    """Say whether a text is one whole object.

    >>> is_record('{"文号": 1}'), is_record('{"文号":'), is_record("[]")
    (True, False, False)
    """
    try:
        return isinstance(json.loads(line, parse_int=str), dict)
    except (ValueError, RecursionError):
        return False


def line_value(file: File, line: str, number: int) -> object:
    """Return what one line of NDJSON holds.

    Raises:
        FileRefusedError: F05, no valid JSON; F12, valid and not taken.
    """
    text = _Text(file, line, first=number)
    value, end = text.scan(text.skip(0))
    text.demand_end(end)
    return value


def records(file: File, document: str) -> Iterator[Numbered]:
    """Yield the records of a document, numbered from 1.

    Raises:
        FileRefusedError: F05, no valid JSON; F12, no records, or several arrays of them.
    """
    text = _Text(file, document)
    start = text.skip(0)
    end = yield from text.walk(start, 0)
    text.demand_end(end)
    if not text.arrays:
        value, _ = text.scan(start)
        if not isinstance(value, dict):
            raise no_table(file, "没有记录", "there are no records", todo=FLAT)
        yield 1, value


class _Text:
    """A text, and how many arrays of records were met in it so far; `first` numbers its lines."""

    def __init__(self, file: File, text: str, *, first: int = 1) -> None:
        self._file = file
        self._text = text
        self._first = first
        self.arrays = 0

    def skip(self, at: int) -> int:
        """Return where the next character that is no blank stands."""
        match = _BLANK.match(self._text, at)
        return match.end() if match else at

    def scan(self, at: int) -> tuple[object, int]:
        """Return the value that begins at `at`, and where it ends."""
        try:
            return _DECODER.raw_decode(self._text, at)
        except json.JSONDecodeError as exc:
            raise self._broken(exc.pos) from exc
        except _UnfitError as exc:
            line = self._first + self._text.count("\n", 0, at)
            zh, en = exc.args
            raise no_table(
                self._file, f"第 {line} 行起,{zh}", f"from line {line} on, {en}", todo=FLAT
            ) from exc
        except RecursionError as exc:
            raise no_table(self._file, "嵌套过深", "it is nested too deeply", todo=FLAT) from exc

    def demand_end(self, at: int) -> None:
        """Refuse anything but blanks from `at` on."""
        if (end := self.skip(at)) != len(self._text):
            raise self._broken(end)

    def walk(self, at: int, level: int) -> Generator[Numbered, None, int]:
        """Yield the records of the value at `at`; return where it ends."""
        if self._text.startswith("{", at) and level < _LEVELS:
            return (yield from self._members(at, level))
        if _RECORDS.match(self._text, at) or (not level and self._text.startswith("[", at)):
            return (yield from self._elements(at))
        return self.scan(at)[1]

    def _members(self, at: int, level: int) -> Generator[Numbered, None, int]:
        """Yield the records that an object leads to; return where it ends."""
        at, keys = self.skip(at + 1), set[object]()
        while not (self._text.startswith("}", at) and not keys):
            key, end = self.scan(at)
            if not isinstance(key, str) or key in keys:
                raise self._broken(at)
            keys.add(key)
            at = yield from self.walk(self._after(end, ":"), level + 1)
            at = self.skip(at)
            if self._text.startswith("}", at):
                break
            at = self._after(at, ",")
        return at + 1

    def _elements(self, at: int) -> Generator[Numbered, None, int]:
        """Yield the elements of an array; return where it ends."""
        self.arrays += 1
        if self.arrays > 1:
            raise no_table(
                self._file, "有几个数组,不知道哪个是记录", "it has several arrays", todo=FLAT
            )
        at, number = self.skip(at + 1), 0
        while not (self._text.startswith("]", at) and not number):
            number += 1
            value, at = self.scan(at)
            yield number, value
            at = self.skip(at)
            if self._text.startswith("]", at):
                break
            at = self._after(at, ",")
        return at + 1

    def _after(self, at: int, mark: str) -> int:
        """Return where the next value begins, after the `mark` that must come first."""
        at = self.skip(at)
        if not self._text.startswith(mark, at):
            raise self._broken(at)
        return self.skip(at + 1)

    def _broken(self, at: int) -> Exception:
        """Return the refusal of what is no JSON."""
        line = self._first + self._text.count("\n", 0, at)
        column = at - self._text.rfind("\n", 0, at)
        return damaged(
            self._file,
            f"第 {line} 行第 {column} 个字符起不是有效的 JSON",
            f"no valid JSON from line {line}, character {column} on",
            todo=_AGAIN,
        )
