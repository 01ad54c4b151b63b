"""One codec in the race for a file: what it reads, and where and why it leaves."""

import re
from dataclasses import dataclass

from gongshi.readers.decoding import AMENDED, Decoder
from gongshi.readers.plausible import (
    ENOUGH,
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
BEYOND_DOUBT = PROVED + 3
"""The weight of a few characters that show another codec in the midst of a file."""
SELF_PROVING = ("utf-8", "utf-8-sig", "utf-16")
BYTEWISE = ("utf-8", "gb18030", "big5hkscs")
WIDE = ("utf-16-le", "utf-16-be")

_SHARE = 128
"""One in so many characters is judged where the codec's own structure is the proof."""
_RUNS = 2_000
"""Strange runs looked at in one stretch, in search of another codec."""
_SAID = 100
"""Runs looked at in one sample, in search of text that was misread once."""
_RUN = re.compile(r"[^\x00-\x7f]{3,}")


@dataclass(slots=True)
class Candidate:
    """One codec in the race: its reading so far, and why and where it left."""

    codec: str
    decoder: Decoder
    judge: Judge
    lost: str = ""
    at: int = -1
    mixed: str = ""

    def hear(self, chunk: bytes, *, final: bool = False) -> None:
        """Read the next bytes."""
        if self.codec in BYTEWISE and chunk.isascii() and not self.decoder.pending and not final:
            self.decoder.skip(chunk)
            return
        start = self.decoder.offset
        try:
            text = self.decoder.decode(chunk, final=final)
        except UnicodeDecodeError as exc:
            self._leave(
                "文件末尾的最后一个字符不完整" if final else "有不能解码的字节", at=exc.start
            )
            if self.codec in SELF_PROVING:  # what it was up to here tells a mixed file
                self.judge.hear(chunk[: max(exc.start - start, 0)].decode("utf-8", "ignore"))
            return
        sample = self._sample(text)
        units = self.judge.hear(sample)
        if final:
            self.judge.end()
        if self.codec in SELF_PROVING and not self.lost:
            self._search_mojibake(sample)
        if self.codec in ("gb18030", "big5hkscs"):
            self._search(units, start)
        if not self.lost and not (self.judge.is_plausible if final else self._may_win):
            self._leave(f"能解码,但不像中文行政文书({self.judge.evidence})")

    @property
    def _may_win(self) -> bool:
        """Say whether the text so far is plausible, or may still become so."""
        hopeless = self.codec not in SELF_PROVING and self.judge.weight < HOPELESS
        return self.judge.worst >= ENOUGH and not hopeless

    def _leave(self, reason: str, *, at: int = -1) -> None:
        self.lost, self.at = reason, at

    def _sample(self, text: str) -> str:
        """Return what is judged of a stretch: its start, where the codec proves itself.

        A stretch whose start is plain ASCII is judged whole, so that late Chinese is seen.
        """
        if self.codec not in SELF_PROVING or len(text) < LOOK // _SHARE:
            return text
        start = text[: max(len(text) // _SHARE, LOOK // _SHARE)]
        return text if start.isascii() and not text.isascii() else start

    def _search_mojibake(self, text: str) -> None:
        """Leave where text was decoded with a wrong codec once, and saved as it then looked."""
        if text.isascii():
            return
        runs = [found[0] for found, _ in zip(_RUN.finditer(text), range(_SAID), strict=False)]
        for codec in ("gb18030", "cp1252", "latin-1"):
            if judged("".join(_once(run, codec) for run in runs)).weight >= BEYOND_DOUBT:
                self._leave(f"是乱码:UTF-8 文字先前被当作 {codec} 误读后再保存")

    def _search(self, units: Units, start: int) -> None:
        """Leave where a run of nonsense is good text in another codec: the file is mixed."""
        others = [codec for codec in BYTEWISE if codec != self.codec]
        for (place, run), _ in zip(strange_runs(units), range(_RUNS), strict=False):
            data = _encoded(run, self.codec)
            for other in others:
                if is_text_of(data, other):
                    before = units[:place].tobytes().decode("utf-16-le")
                    self.mixed = other if self.judge.weight >= PROVED else ""
                    self._leave("混有其他编码的文字", at=start + len(_encoded(before, self.codec)))
                    return

    @property
    def is_believed(self) -> bool:
        """Say whether the whole file was read and its text is proved."""
        if self.lost:
            return False
        if self.codec in SELF_PROVING:
            return True
        return self.judge.weight >= (0 if self.codec in WIDE else PROVED)

    @property
    def name(self) -> str:
        """Return the codec by the name that reads the file right and says most."""
        if self.codec == "gb18030" and self.judge.counts[list(AMENDED)].any():
            return "gb18030-2022"
        return self.codec


def enter(codec: str) -> Candidate:
    """Return a codec at the start of the race."""
    both = (SIMPLIFIED_SCRIPT, TRADITIONAL_SCRIPT)
    scripts = both[1:] if codec == "big5hkscs" else both
    judge = Judge(letters=codec in SELF_PROVING, scripts=scripts)
    return Candidate(codec, Decoder(codec), judge)


def is_text_of(data: bytes, codec: str) -> bool:
    """Say whether a few bytes are Chinese text of a codec beyond doubt."""
    try:
        judge = judged(Decoder(codec).decode(data, final=True))
    except UnicodeDecodeError:
        return False
    if codec == "utf-8":
        return judge.ideographs > 1 and judge.worst == 1
    return judge.weight >= BEYOND_DOUBT and judge.is_plausible


def judged(text: str) -> Judge:
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
