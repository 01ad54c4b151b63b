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
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from gongshi.errors import FileRefusedError
from gongshi.readers.decoding import AMENDED, Decoder, stretches
from gongshi.readers.plausible import (
    HOPELESS,
    PROVED,
    SIMPLIFIED_SCRIPT,
    TRADITIONAL_SCRIPT,
    Judge,
    Units,
    strange_runs,
)

LOOK = 1 << 20
"""Bytes that all codecs are tried on before the next ones are read."""
_SHARE = 128
"""One in so many characters is judged where the codec's own structure is the proof."""
_RUNS = 2_000
"""Strange runs looked at in one stretch, in search of another codec."""
_SAID = 100
"""Runs looked at in one sample, in search of text that was misread once."""
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SELF_PROVING = ("utf-8", "utf-8-sig", "utf-16")
_BYTEWISE = ("utf-8", "gb18030", "big5hkscs")
_WIDE = ("utf-16-le", "utf-16-be")
_BEYOND_DOUBT = PROVED + 3
"""The weight of a few characters that show another codec in the midst of a file."""
_RUN = re.compile(r"[^\x00-\x7f]{3,}")
_TODO = "请用 Excel 或 WPS 另存为“CSV UTF-8(逗号分隔)”或 .xlsx 后重新报送。"


@dataclass(frozen=True, slots=True)
class Proof:
    """Which codec reads the file, and why we believe it."""

    encoding: str
    evidence: str


@dataclass(slots=True)
class _Candidate:
    """One codec in the race: its reading so far, and why and where it left."""

    codec: str
    decoder: Decoder
    judge: Judge
    lost: str = ""
    at: int = -1
    mixed: str = ""

    def hear(self, chunk: bytes, *, final: bool = False) -> None:
        """Read the next bytes."""
        if self.codec in _BYTEWISE and chunk.isascii() and not self.decoder.pending and not final:
            self.decoder.skip(chunk)
            return
        start = self.decoder.offset
        try:
            text = self.decoder.decode(chunk, final=final)
        except UnicodeDecodeError as exc:
            self._leave(
                "文件末尾的最后一个字符不完整" if final else "有不能解码的字节", at=exc.start
            )
            if self.codec in _SELF_PROVING:  # what it was up to here tells a mixed file
                self.judge.hear(chunk[: max(exc.start - start, 0)].decode("utf-8", "ignore"))
            return
        sample = self._sample(text)
        units = self.judge.hear(sample)
        if final:
            self.judge.end()
        if self.codec in _SELF_PROVING and not self.lost:
            self._search_mojibake(sample)
        if self.codec in ("gb18030", "big5hkscs"):
            self._search(units, start)
        if not self.lost and not self._may_win:
            self._leave(f"能解码,但不像中文行政文书({self.judge.evidence})")

    @property
    def _may_win(self) -> bool:
        """Say whether the text so far is plausible, or may still become so."""
        hopeless = self.codec not in _SELF_PROVING and self.judge.weight < HOPELESS
        return self.judge.is_plausible and not hopeless

    def _leave(self, reason: str, *, at: int = -1) -> None:
        self.lost, self.at = reason, at

    def _sample(self, text: str) -> str:
        """Return what is judged of a stretch: its start, where the codec proves itself.

        A stretch whose start is plain ASCII is judged whole, so that late Chinese is seen.
        """
        if self.codec not in _SELF_PROVING or len(text) < LOOK // _SHARE:
            return text
        start = text[: max(len(text) // _SHARE, LOOK // _SHARE)]
        return text if start.isascii() and not text.isascii() else start

    def _search_mojibake(self, text: str) -> None:
        """Leave where text was decoded with a wrong codec once, and saved as it then looked."""
        if text.isascii():
            return
        runs = [found[0] for found, _ in zip(_RUN.finditer(text), range(_SAID), strict=False)]
        for codec in ("gb18030", "cp1252", "latin-1"):
            if _judged("".join(_once(run, codec) for run in runs)).weight >= _BEYOND_DOUBT:
                self._leave(f"是乱码:UTF-8 文字先前被当作 {codec} 误读后再保存")

    def _search(self, units: Units, start: int) -> None:
        """Leave where a run of nonsense is good text in another codec: the file is mixed."""
        others = [codec for codec in _BYTEWISE if codec != self.codec]
        for (place, run), _ in zip(strange_runs(units), range(_RUNS), strict=False):
            data = _encoded(run, self.codec)
            for other in others:
                if _is_text_of(data, other):
                    before = units[:place].tobytes().decode("utf-16-le")
                    self.mixed = other if self.judge.weight >= PROVED else ""
                    self._leave("混有其他编码的文字", at=start + len(_encoded(before, self.codec)))
                    return

    @property
    def is_believed(self) -> bool:
        """Say whether the whole file was read and its text is proved."""
        if self.lost:
            return False
        if self.codec in _SELF_PROVING:
            return True
        return self.judge.weight >= (0 if self.codec in _WIDE else PROVED)

    @property
    def name(self) -> str:
        """Return the codec by the name that reads the file right and says most."""
        if self.codec == "gb18030" and self.judge.counts[list(AMENDED)].any():
            return "gb18030-2022"
        return self.codec


def prove(path: Path) -> Proof:
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


def _refuse_seven_bits(path: Path, chunk: bytes) -> None:
    """Refuse Chinese or Japanese that is written in ASCII characters: ISO-2022 and HZ."""
    if not chunk.isascii():
        return
    hz = chunk.find(b"~{")
    text = chunk[hz : hz + LOOK // 64].decode("hz", "ignore") if hz >= 0 else ""
    if _judged(text).weight >= _BEYOND_DOUBT:
        raise _refusal(path, "HZ 编码的文件不受理。", "HZ is not accepted.")
    if b"\x1b$" in chunk:
        raise _refusal(path, "ISO-2022 编码的文件不受理。", "ISO-2022 is not accepted.")


def _candidates(path: Path) -> list[_Candidate]:
    """Return the codecs that the first bytes leave possible.

    Text of a table has line ends: in UTF-16 they hold NUL, in the other codecs there is none.
    """
    head = next(stretches(path, LOOK), b"")
    marked = next((codec for mark, codec in _MARKS if head.startswith(mark)), "")
    if marked == "utf-32":
        raise _refusal(path, "UTF-32 编码的文件不受理。", "UTF-32 is not accepted.")
    names = (marked,) if marked else _WIDE if b"\x00" in head else _BYTEWISE
    return [_candidate(name) for name in names]


def _candidate(codec: str) -> _Candidate:
    """Return a codec at the start of the race."""
    scripts = (
        (TRADITIONAL_SCRIPT,)
        if codec == "big5hkscs"
        else (
            SIMPLIFIED_SCRIPT,
            TRADITIONAL_SCRIPT,
        )
    )
    judge = Judge(letters=codec in _SELF_PROVING, scripts=scripts)
    return _Candidate(codec, Decoder(codec), judge)


def _is_text_of(data: bytes, codec: str) -> bool:
    """Say whether a few bytes are Chinese text of a codec beyond doubt."""
    try:
        judge = _judged(Decoder(codec).decode(data, final=True))
    except UnicodeDecodeError:
        return False
    if codec == "utf-8":
        return judge.ideographs > 1 and judge.worst == 1
    return judge.weight >= _BEYOND_DOUBT and judge.is_plausible


def _judged(text: str) -> Judge:
    """Return what a piece of text looks like."""
    judge = Judge()
    judge.hear(text)
    judge.end()
    return judge


def _once(run: str, codec: str) -> str:
    """Return the text that was UTF-8 before someone read it with another codec, "" for none."""
    try:
        return run.encode(codec).decode()
    except UnicodeError:
        return ""


def _encoded(text: str, codec: str) -> bytes:
    """Return text as it stood in the file."""
    return text.encode(codec, "ignore")


def _evidence(best: _Candidate, candidates: Iterable[_Candidate]) -> str:
    """Return why this codec and no other."""
    others = [each for each in candidates if each is not best]
    parts = [f"全文严格解码无误;{best.judge.evidence}"]
    parts += [f"不是 {each.codec}:{_short(each)}" for each in others]
    return ";".join(parts)


def _short(candidate: _Candidate) -> str:
    """Return why a codec is out, in a few words."""
    if candidate.at >= 0:
        return f"第 {candidate.at} 字节起{candidate.lost}"
    if candidate.lost:
        return "解码结果不像中文行政文书"
    return f"解码结果缺少中文证据(权重 {candidate.judge.weight:.0f})"


def _refuse(
    path: Path, candidates: Sequence[_Candidate], believed: Sequence[_Candidate]
) -> NoReturn:
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
    raise _refusal(
        path,
        f"无法确认文字编码:{told}。",
        "its encoding cannot be proved: no permitted codec gives plausible Chinese text.",
    )


def _why(path: Path, candidate: _Candidate) -> str:
    """Return why a codec is not believed, with the place."""
    if candidate.at >= 0:
        return f"第 {candidate.at} 字节(第 {_line(path, candidate.at)} 行)起{candidate.lost}"
    if candidate.lost:
        return candidate.lost
    return f"汉字太少或不像中文,不足以证明({candidate.judge.evidence})"


def _refuse_mixed(path: Path, candidates: Iterable[_Candidate]) -> None:
    """Refuse a file that is good text of one codec up to a line in another."""
    for each in candidates:
        other = each.mixed
        if each.codec in ("utf-8", "utf-8-sig") and each.at >= 0 and each.judge.ideographs:
            other = next((c for c in _BYTEWISE[1:] if _is_text_of(_line_at(path, each.at), c)), "")
        if other:
            line = _line(path, each.at)
            raise _refusal(
                path,
                f"文件混用了两种编码:多数是 {each.codec},第 {each.at} 字节(第 {line} 行)起是 {other}。",
                f"two encodings are mixed: {each.codec}, but {other} at byte {each.at}, line {line}.",
            )


def _line(path: Path, at: int) -> int:
    """Return the number of the line that holds a byte."""
    lines, read = 1, 0
    for chunk in stretches(path):
        lines += chunk[: at - read].count(b"\n")
        read += len(chunk)
        if read >= at:
            break
    return lines


def _line_at(path: Path, at: int) -> bytes:
    """Return the rest of the line from a byte on, at most a few thousand bytes."""
    with path.open("rb") as file:
        file.seek(at)
        return file.readline(4096).rstrip(b"\r\n")


def _refusal(path: Path, zh: str, en: str) -> FileRefusedError:
    """Return F04."""
    return FileRefusedError(zh, en, file=path.name, rule="F04", todo=_TODO)
