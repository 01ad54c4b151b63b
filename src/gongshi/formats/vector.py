"""Many codes of one length at once, as a matrix of bytes for numpy.

Check digits are weighted sums: over a column they are one matrix product. numpy and polars are
imported only here and only when a column is judged, so that the formats themselves need neither.

>>> import polars as pl
>>> right, matrix = rows_of(pl.Series(["12", "3", None, "4甲"]), 2)
>>> right.tolist(), matrix.tolist()
([True, False, False, False], [[49, 50]])
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray


def rows_of(texts: "pl.Series", length: int) -> "tuple[NDArray[np.bool_], NDArray[np.uint8]]":
    """Return which texts are `length` bytes long, and these as a matrix, a text a row."""
    import numpy as np  # noqa: PLC0415  see above

    right = (texts.str.len_bytes() == length).fill_null(value=False)
    joined = "".join(texts.filter(right).to_list()).encode()
    return right.to_numpy(), np.frombuffer(joined, np.uint8).reshape(-1, length)


def spread(
    texts: "pl.Series", right: "NDArray[np.bool_]", good: "NDArray[np.bool_]"
) -> "pl.Series":
    """Return the verdicts `good` on the rows where `right` holds, false elsewhere."""
    import numpy as np  # noqa: PLC0415
    import polars as pl  # noqa: PLC0415

    verdict = np.zeros(len(texts), dtype=bool)
    verdict[right] = good
    return pl.Series(texts.name, verdict)


def values_of(alphabet: str) -> "NDArray[np.uint8]":
    """Return a table from byte to place in `alphabet`; 255 for any other byte."""
    import numpy as np  # noqa: PLC0415

    table = np.full(256, 255, dtype=np.uint8)
    table[list(alphabet.encode())] = np.arange(len(alphabet), dtype=np.uint8)
    return table
