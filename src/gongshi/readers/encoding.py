"""The encoding of a text file: proved, not guessed.

Every codec that may come from an office is tried strictly over the whole file, all in one pass; a
codec leaves the race at the first byte that it does not know, or where its text turns to nonsense
(`plausible`). What is left at the end must be one:

* UTF-8 and a byte order mark prove themselves by their structure; nonsense is refused still;
* UTF-16 without a mark must give plausible text in one byte order and not in the other;
* GB18030 (with GBK and GB 2312) and Big5 (CP950, Big5-HKSCS) decode nearly anything, so they need
  positive proof: the characters and words of Chinese administrative text.

Two that are left, or none with proof, refuse the file with the evidence for each. A file in which
two codecs are mixed is refused with the place.

The name of a codec in a `Proof` is one that `decoding.decoded` knows.
"""

import codecs
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from gongshi.errors import FileRefusedError
from gongshi.readers.candidate import (
    BEYOND_DOUBT,
    BYTEWISE,
    LOOK,
    WIDE,
    Candidate,
    enter,
    is_text_of,
    judged,
)
from gongshi.readers.decoding import stretches
from gongshi.readers.file import File
from gongshi.readers.plausible import ENOUGH

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TODO = "请用 Excel 或 WPS 另存为“CSV UTF-8(逗号分隔)”或 .xlsx 后重新报送。"


@dataclass(frozen=True, slots=True)
class Proof:
    """Which codec reads the file, and why we believe it."""

    encoding: str
    evidence: str


def prove(path: File) -> Proof:
    """Return the codec of a text file with the evidence for it.

    Raises:
        FileRefusedError: F04, no codec or more than one gives plausible text; the byte and the
            line where each failed are named.
    """
    candidates = _candidates(path)
    for chunk in stretches(path, LOOK):
        _refuse_seven_bits(path, chunk)
        for candidate in (each for each in candidates if not each.lost):
            candidate.hear(chunk)
        if all(candidate.lost for candidate in candidates):
            break
    for candidate in (each for each in candidates if not each.lost):
        candidate.hear(b"", final=True)
    believed = [candidate for candidate in candidates if candidate.is_believed]
    if believed and not believed[0].judge.characters:
        return Proof(believed[0].name, believed[0].judge.evidence)
    if len(believed) != 1:
        _refuse(path, candidates, believed)
    (best,) = believed
    return Proof(best.name, _evidence(best, candidates))


def _refuse_seven_bits(path: File, chunk: bytes) -> None:
    """Refuse Chinese or Japanese that is written in ASCII characters: ISO-2022 and HZ."""
    if not chunk.isascii():
        return
    hz = chunk.find(b"~{")
    text = chunk[hz : hz + LOOK // 64].decode("hz", "ignore") if hz >= 0 else ""
    if judged(text).weight >= BEYOND_DOUBT:
        raise _refusal(path, "HZ 编码的文件不受理。", "HZ is not accepted.")
    if b"\x1b$" in chunk:
        raise _refusal(path, "ISO-2022 编码的文件不受理。", "ISO-2022 is not accepted.")


def _candidates(path: File) -> list[Candidate]:
    """Return the codecs that the first bytes leave possible.

    Text of a table has line ends: in UTF-16 they hold NUL, in the other codecs there is none.
    """
    head = next(stretches(path, LOOK), b"")
    marked = next((codec for mark, codec in _MARKS if head.startswith(mark)), "")
    if marked == "utf-32":
        raise _refusal(path, "UTF-32 编码的文件不受理。", "UTF-32 is not accepted.")
    names = (marked,) if marked else WIDE if b"\x00" in head else BYTEWISE
    return [enter(name) for name in names]


def _evidence(best: Candidate, candidates: Iterable[Candidate]) -> str:
    """Return why this codec and no other."""
    others = [each for each in candidates if each is not best]
    parts = [f"全文严格解码无误;{best.judge.evidence}"]
    parts += [f"不是 {each.codec}:{_short(each)}" for each in others]
    return ";".join(parts)


def _short(candidate: Candidate) -> str:
    """Return why a codec is out, in a few words."""
    if candidate.at >= 0:
        return f"第 {candidate.at} 字节起{candidate.lost}"
    if candidate.lost:
        return "解码结果不像中文行政文书"
    return f"解码结果缺少中文证据(权重 {candidate.judge.weight:.0f})"


def _refuse(path: File, candidates: Sequence[Candidate], believed: Sequence[Candidate]) -> NoReturn:
    """Refuse a file for what is wrong with it: two codecs mixed, two possible, cut, or none."""
    if believed:
        both = ";".join(f"{each.codec}:{each.judge.evidence}" for each in believed)
        names = " and ".join(each.codec for each in believed)
        raise _refusal(
            path,
            f"文字编码有两种可能,无法确定:{both}。",
            f"its encoding may be {names}: ambiguous.",
        )
    _refuse_mixed(path, candidates)
    told = ";".join(f"{each.codec}:{_why(path, each)}" for each in candidates)
    if candidates[0].codec in WIDE:
        told = f"文件含有 NUL 字节,只可能是 UTF-16 或不是文本;{told}"
    raise _refusal(
        path,
        f"无法确认文字编码:{told}。",
        "its encoding cannot be proved: no permitted codec gives plausible Chinese text.",
    )


def _why(path: File, candidate: Candidate) -> str:
    """Return why a codec is not believed, with the place."""
    if candidate.at >= 0:
        return f"第 {candidate.at} 字节(第 {_line(path, candidate.at)} 行)起{candidate.lost}"
    if candidate.judge.private and candidate.judge.worst >= ENOUGH:
        return (
            f"有 {candidate.judge.private} 个自造字(私用区字符),只有装了原来字体的电脑能显示,"
            f"请换成规范字({candidate.judge.evidence})"
        )
    if candidate.lost:
        return candidate.lost
    return f"汉字太少或不像中文,不足以证明({candidate.judge.evidence})"


def _refuse_mixed(path: File, candidates: Iterable[Candidate]) -> None:
    """Refuse a file that is good text of one codec up to a line in another."""
    for each in candidates:
        other = each.mixed
        if each.codec in ("utf-8", "utf-8-sig") and each.at >= 0 and each.judge.ideographs:
            other = next((c for c in BYTEWISE[1:] if is_text_of(_line_at(path, each.at), c)), "")
        if other:
            line = _line(path, each.at)
            raise _refusal(
                path,
                f"文件混用了两种编码:多数是 {each.codec},"
                f"第 {each.at} 字节(第 {line} 行)起是 {other}。",
                f"two encodings are mixed: mostly {each.codec},"
                f" but {other} at byte {each.at}, line {line}.",
            )


def _line(path: File, at: int) -> int:
    """Return the number of the line that holds a byte."""
    lines, read = 1, 0
    for chunk in stretches(path):
        lines += chunk[: at - read].count(b"\n")
        read += len(chunk)
        if read >= at:
            break
    return lines


def _line_at(path: File, at: int) -> bytes:
    """Return the rest of the line from a byte on, at most a few thousand bytes."""
    with path.open("rb") as file:
        file.seek(at)
        return file.readline(4096).rstrip(b"\r\n")


def _refusal(path: File, zh: str, en: str) -> FileRefusedError:
    """Return F04."""
    return FileRefusedError(zh, en, file=path.name, rule="F04", todo=_TODO)
