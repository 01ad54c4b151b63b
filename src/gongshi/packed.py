"""A table that is packed: blocks of its lines as compressed Arrow IPC, unpacked one at a time.

Text of records packs to a fifth and less, and a table of a million lines does not fit beside
itself. What is packed never leaves the process: nothing of it is written to a disk.
"""

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import accumulate, chain, repeat

import polars as pl

LINES = 20_000
"""Lines in a block: enough to pack well, few enough to be small beside the libraries."""
_TO, _NUMBER = "_to", "_number_of_block"


class Packed:
    """Lines in blocks. It never changes; drawn one after another, the blocks are the table."""

    __slots__ = ("_blocks", "_heights", "schema")

    def __init__(self, blocks: Sequence[bytes], heights: Sequence[int], schema: pl.Schema) -> None:
        self._blocks = tuple(blocks)
        self._heights = tuple(heights)
        self.schema = schema

    @property
    def height(self) -> int:
        """Lines in the table."""
        return sum(self._heights)

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """Yield the lines of each block, at least once."""
        for block in self._blocks:
            yield _unpacked(block)

    def __repr__(self) -> str:
        return f"Packed({self.height})"

    def drawn(self, *names: str) -> Iterator[pl.DataFrame]:
        """Yield some columns of each block."""
        for block in self._blocks:
            yield _unpacked(block, names)

    def only(self, *names: str) -> pl.DataFrame:
        """Return some columns of all lines."""
        return pl.concat(self.drawn(*names))

    def whole(self) -> pl.DataFrame:
        """Return all lines, unpacked: for tables that are known to be small."""
        return pl.concat(self)

    def at(self, places: pl.Series) -> pl.DataFrame:
        """Return the few lines at some places, counted from 0, in the order of `places`."""
        wanted = pl.DataFrame({_TO: places.cast(pl.UInt32)}).with_row_index()
        found = [self.schema.to_frame().with_columns(pl.lit(0, pl.UInt32).alias(_TO))]
        ends = accumulate(self._heights)
        for block, height, end in zip(self._blocks, self._heights, ends, strict=True):
            here = wanted.filter(pl.col(_TO).is_between(end - height, end - 1))
            if here.height:
                lines = _unpacked(block)[here[_TO] - (end - height)]
                found.append(lines.with_columns(here["index"].alias(_TO)))
        return pl.concat(found).sort(_TO).drop(_TO)

    def in_order(self, order: pl.Series, *, size: int = LINES) -> "Packed":
        """Return the lines at the places `order`, each at most once, in blocks of `size` lines."""
        to = pl.repeat(None, self.height, dtype=pl.UInt32, eager=True)
        to = to.scatter(order, pl.int_range(len(order), dtype=pl.UInt32, eager=True))
        return self.dealt(to // size, to)

    def _numbers(self) -> Iterator[int]:
        """Yield for each line the number of its block."""
        for number, height in enumerate(self._heights):
            yield from repeat(number, height)

    def dealt(self, numbers: pl.Series, to: pl.Series) -> "Packed":
        """Return the lines in blocks by the number of each, in a block in the order of `to`.

        A line without a number is left out.
        """
        if to.is_sorted() and numbers.to_list() == list(self._numbers()):
            return self
        sorts: dict[int, list[bytes]] = {each: [] for each in numbers.unique().drop_nulls().sort()}
        labels, first = pl.DataFrame({_NUMBER: numbers, _TO: to}), 0
        for frame in self:
            lines = frame.hstack(labels.slice(first, frame.height))
            first += frame.height
            for number, part in lines.partition_by(
                _NUMBER, as_dict=True, include_key=False
            ).items():
                if number[0] is not None:
                    sorts[number[0]].append(_block(part))
        whole = (pl.concat(map(_unpacked, sort)).sort(_TO).drop(_TO) for sort in sorts.values())
        return packed(chain([self.schema.to_frame()], whole))


def packed(frames: Iterable[pl.DataFrame]) -> Packed:
    """Return the lines of some frames, packed; each becomes a block, the first gives the columns.

    Frames are drawn one by one, at least one; those without a line are left out.
    """
    blocks, heights, schema = [], [], pl.Schema()
    for frame in frames:
        schema = schema or frame.schema
        if frame.height:
            blocks.append(_block(frame))
            heights.append(frame.height)
    return Packed(blocks or [_block(schema.to_frame())], heights or [0], schema)


def joined(parts: Iterable[Packed]) -> Packed:
    """Return the lines of several tables with the same columns, one after another."""
    return packed(chain.from_iterable(parts))


def packed_whole(frame: pl.DataFrame) -> Packed:
    """Return a frame, packed in blocks of `LINES`."""
    return packed(chain([frame.clear()], frame.iter_slices(LINES)))


def _block(frame: pl.DataFrame) -> bytes:
    """Return lines as compressed Arrow IPC, holding what their cells hold and nothing else.

    The present form of text columns would be written with whatever their buffers still have: the
    originals of masked cells, the lines of other blocks. The older form is copied.
    """
    sink = BytesIO()
    frame.write_ipc_stream(sink, compression="zstd", compat_level=pl.CompatLevel.oldest())
    return sink.getvalue()


def _unpacked(block: bytes, names: Sequence[str] | None = None) -> pl.DataFrame:
    """Return the lines of a block, or some columns of theirs."""
    return pl.read_ipc_stream(BytesIO(block), columns=list(names) if names else None)
