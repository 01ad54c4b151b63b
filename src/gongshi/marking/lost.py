"""What of a workbook openpyxl does not carry over, so that the summary can say so.

Macros are left behind on purpose: a marked workbook is opened by people, and nothing in it may run.
"""

import zipfile
from pathlib import Path

from openpyxl.workbook import Workbook

_ALWAYS = (
    ("vbaproject.bin", "宏"),
    ("xl/slicers/", "切片器"),
    ("xl/ctrlprops/", "控件"),
    ("xl/activex/", "控件"),
    ("xl/embeddings/", "嵌入的文件"),
    ("xl/diagrams/", "图示"),
)
_CHARTS, _IMAGES = ("xl/charts/chart", "图表"), ("xl/media/", "图片")
_EXTENSION = b"<x14:dataValidation "


def lost(original: Path, book: Workbook) -> list[str]:
    """Return, in Chinese, the kinds of things in `original` that `book` does not hold any more."""
    with zipfile.ZipFile(original) as archive:
        names = [name.lower() for name in archive.namelist()]
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        has_lists = any(_EXTENSION in archive.read(name) for name in sheets)
    gone = list(_ALWAYS)
    # openpyxl has no public list of either; images need Pillow, which is not installed here.
    gone += [] if any(getattr(sheet, "_charts", ()) for sheet in book.worksheets) else [_CHARTS]
    gone += [] if any(getattr(sheet, "_images", ()) for sheet in book.worksheets) else [_IMAGES]
    found = [title for part, title in gone if any(part in name for name in names)]
    if has_lists:
        found.append("取自其他工作表的下拉列表")
    return list(dict.fromkeys(found))
