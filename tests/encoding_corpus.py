"""Invented text files in many encodings, and what became of them: right, refused or wrong.

Run `python -m tests.encoding_corpus` for the table of docs/encodings.md. Every text is plainly
fictional. `cases(sparse=True)` leaves out the largest files and most of the places.
"""

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gongshi.errors import FileRefusedError
from gongshi.readers.candidate import LOOK
from gongshi.readers.decoding import CHUNK, as_utf8
from gongshi.readers.encoding import prove

FOLDER = Path(__file__).parent / "encoding"
"""One file per language: a line of header words, then sentences."""

CHINESE = ("gb2312", "gbk", "gb18030")
TAIWANESE = ("big5", "cp950", "big5hkscs")
UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be-mark", "utf-16-le", "utf-16-be")
FOREIGN = {
    "japanese": ("shift_jis", "cp932", "euc_jp", "iso2022_jp"),
    "korean": ("euc_kr", "cp949", "johab"),
    "russian": ("cp1251", "koi8_r", "cp866", "iso8859_5", "mac_cyrillic"),
    "french": ("cp1252", "mac_roman", "cp850"),
    "german": ("cp1252", "mac_roman", "cp850"),
    "polish": ("cp1250", "iso8859_2"),
    "turkish": ("cp1254",),
    "greek": ("cp1253", "iso8859_7"),
    "hebrew": ("cp1255",),
    "arabic": ("cp1256", "iso8859_6"),
    "thai": ("tis_620",),
}
OUTCOMES = ("right", "refused", "WRONG")
CHINESE_KINDS = frozenset({"simplified", "traditional", "names", "四字节字"})
_FAMILIES = {codec: codec for codec in UNICODE}
PLACES = (0, 10_000, 100_001, LOOK - 301, CHUNK - 301, 9_000_001)
"""Bytes of ASCII before the first other character; the borders of stretches cut characters."""
AMOUNTS = (1, 3, 30, 1000)
"""Rows of Chinese text; 0 rows have a header only."""


@dataclass(frozen=True, slots=True)
class Case:
    """One file: what it is made of, and the text that must come back, None for damaged ones."""

    codec: str
    kind: str
    data: bytes
    text: str | None


def ascii_rows(size: int) -> str:
    """Return so many characters of a table of numbers."""
    row = "{:08d},A-{:04d},2026-01-{:02d},{:d}.50\n"
    lines = (row.format(n, n % 7919, n % 28 + 1, n % 997) for n in range(size // 20 + 1))
    text = "".join(lines)[: max(size - 1, 0)]
    return text + "\n" if text else ""


def encoded(text: str, codec: str) -> bytes:
    """Return text in a codec; `utf-16-be-mark` is big-endian with its mark."""
    if codec == "utf-16-be-mark":
        return b"\xfe\xff" + text.encode("utf-16-be")
    return text.encode(codec)


def language(name: str) -> tuple[str, list[str]]:
    """Return the header and the sentences of a language."""
    header, *sentences = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return header, sentences


def rows(sentences: list[str], many: int, chance: random.Random) -> str:
    """Return rows of a number, a sentence and a date."""
    picked = (chance.choice(sentences) for _ in range(many))
    return "".join(f"{n},{sentence},2026-02-03\n" for n, sentence in enumerate(picked, 1))


def cases(*, sparse: bool = False) -> Iterator[Case]:
    """Yield all files."""
    chance = random.Random(20260203)  # noqa: S311  the same files each time
    yield from _chinese(chance, sparse=sparse)
    yield from _thin(chance)
    yield from _foreign(chance, sparse=sparse)
    yield from _mixed(chance)
    yield from _cut(chance)
    yield Case("ascii", "ASCII 数字表", ascii_rows(50_000).encode(), ascii_rows(50_000))


def _chinese(chance: random.Random, *, sparse: bool) -> Iterator[Case]:
    """Yield Chinese tables, their first Chinese character at every place, in every codec."""
    places = (0, LOOK - 301) if sparse else PLACES
    amounts = AMOUNTS[1:3] if sparse else AMOUNTS
    for name, extra in (("simplified", ()), ("traditional", TAIWANESE), ("names", ())):
        header, sentences = language(name)
        for place in places:
            for many in amounts:
                table = f"{header}\n{rows(sentences, many, chance)}"
                text = ascii_rows(place) + (table if many != 1 else table[table.index("\n") + 1 :])
                yield from _in_all(text, name, (*CHINESE, *extra, *UNICODE))


def _in_all(text: str, kind: str, codecs: tuple[str, ...]) -> Iterator[Case]:
    """Yield a text in those of some codecs that can hold it."""
    for codec in codecs:
        try:
            yield Case(codec, kind, encoded(text, codec), text)
        except UnicodeEncodeError:
            continue


def _thin(chance: random.Random) -> Iterator[Case]:
    """Yield tables whose header alone is Chinese, and tables with a remark here and there."""
    for name, extra in (("simplified", ()), ("traditional", TAIWANESE)):
        header, sentences = language(name)
        words = header.split(",")
        for many in (1, 2, 3, 5):
            for _ in range(4):
                text = ",".join(chance.sample(words, many)) + "\n" + ascii_rows(3000)
                yield from _in_all(text, f"{name}: 仅表头", (*CHINESE, *extra, *UNICODE))
        sparse = "".join(
            ascii_rows(5000) + rows(sentences, 1, chance) for _ in range(chance.randint(3, 30))
        )
        yield from _in_all(sparse, f"{name}: 稀疏", (*CHINESE, *extra, *UNICODE))
    rare = "姓名,处罚决定书文号\n示𬱟,1号\n例𠮷㐂,2号\n测䶮𫍯,3号\n" + ascii_rows(500)
    yield from _in_all(rare, "四字节字", ("gb18030", *UNICODE))


def _foreign(chance: random.Random, *, sparse: bool) -> Iterator[Case]:
    """Yield other languages in codecs that are not accepted, and in those that are."""
    for name, codecs in FOREIGN.items():
        header, sentences = language(name)
        for many in (0, 30) if sparse else (0, 1, 3, 30, 1000):
            text = f"{header}\n{rows(sentences, many, chance)}"
            yield from _in_all(text, f"外文 {name}", (*codecs, *UNICODE))
        words = [word for sentence in sentences for word in sentence.split() if not word.isascii()]
        for place in (0, 10_000):
            lone = ascii_rows(place) + f"1,{chance.choice(words)},x\n" + ascii_rows(500)
            yield from _in_all(lone, f"外文 {name}: 一个词", (*codecs, *UNICODE))


def _mixed(chance: random.Random) -> Iterator[Case]:
    """Yield tables with a few lines in another codec: nothing but a refusal is right."""
    pairs = (
        ("utf-8", "gbk"),
        ("gbk", "utf-8"),
        ("gbk", "big5"),
        ("big5", "gbk"),
        ("utf-8", "big5"),
    )
    for main, other in pairs:
        for many, few in ((30, 1), (30, 5), (1000, 1), (1000, 20)):
            first, second = (
                rows(language("traditional" if codec == "big5" else "simplified")[1], n, chance)
                for codec, n in ((main, many), (other, few))
            )
            data = first.encode(main) + second.encode(other) + first.encode(main)
            yield Case(f"{main} + {other}", "混合", data, None)


def _cut(chance: random.Random) -> Iterator[Case]:
    """Yield files that end within a character: nothing but a refusal is right."""
    for name, codecs in (("simplified", ("gbk", "utf-8", "utf-16")), ("traditional", ("big5",))):
        text = rows(language(name)[1], 20, chance) + "甲"
        for codec in codecs:
            yield Case(codec, "末尾截断", text.encode(codec)[:-1], None)


def outcome(case: Case, path: Path) -> str:
    """Return what becomes of a file: right, refused or WRONG."""
    path.write_bytes(case.data)
    try:
        proof = prove(path)
    except FileRefusedError:
        return "refused"
    read = b"".join(as_utf8(path, proof.encoding)).decode()
    return "right" if read == case.text else "WRONG"


def outcomes(folder: Path, *, sparse: bool) -> Counter[tuple[str, str, str]]:
    """Return how many files of each kind and codec came to each outcome."""
    path = folder / "file.csv"
    return Counter((case.kind, case.codec, outcome(case, path)) for case in cases(sparse=sparse))


def accepted_share(results: Counter[tuple[str, str, str]]) -> float:
    """Return the share of whole Chinese files, in whatever codec, that were accepted."""
    chinese = {key: n for key, n in results.items() if key[0].split(":")[0] in CHINESE_KINDS}
    return sum(n for key, n in chinese.items() if key[2] == "right") / sum(chinese.values())


def table(results: Counter[tuple[str, str, str]]) -> str:
    """Return counts by kind, group of codecs and outcome as Markdown."""
    grouped: Counter[tuple[str, str, str]] = Counter()
    for (kind, codec, result), n in results.items():
        foreign = kind.startswith("外文")
        group = _FAMILIES.get(codec, "本国编码") if foreign else codec
        grouped["外文" if foreign else kind, group, result] += n
    lines = ["| 内容 | 编码 | 正确 | 拒收 | 错读 |", "|---|---|---|---|---|"]
    for kind, codec in sorted({key[:2] for key in grouped}):
        lines.append(f"| {kind} | {codec} | {_counts(grouped, kind, codec)} |")
    totals = Counter[str]()
    for key, n in results.items():
        totals[key[2]] += n
    told = " | ".join(str(totals[result]) for result in OUTCOMES)
    return "\n".join([*lines, f"| 合计 | {totals.total()} 个文件 | {told} |"])


def _counts(results: Counter[tuple[str, str, str]], kind: str, codec: str) -> str:
    return " | ".join(str(results[kind, codec, result]) for result in OUTCOMES)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        results = outcomes(Path(folder), sparse=False)
    sys.stdout.write(f"{table(results)}\n\n中文文件接收率 {accepted_share(results):.1%}\n")


if __name__ == "__main__":
    main()
