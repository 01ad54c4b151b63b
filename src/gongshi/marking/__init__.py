"""The clerk's own workbook back, each failing cell coloured and explained.

    XLSX                the same workbook, through openpyxl
    anything else       a new workbook of the cells as read
    what fits in none   the summary alone

The marked workbook holds what the original holds, personal data too: it is written where the
caller says and nowhere else, for its owner alone. Mended, it can be sent in as it is: reading
passes over the summary, and neither colours nor comments are data.
"""

import os
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

from gongshi.declarations.agency import ReaderOptions
from gongshi.errors import FileRefusedError
from gongshi.marking.child import Way, write
from gongshi.marking.unfit import UnfitError
from gongshi.marking.words import plan
from gongshi.models import Finding
from gongshi.readers.kind import Kind, kind_of
from gongshi.site import sync_folder

_DEFAULTS = ReaderOptions()
_SEND = "改好后保存，直接报送本工作簿即可；本表、底色和批注都不算数据。"
_AS_READ = (
    "各工作表是读到的内容，每格都是文本，行号与原文件相同（JSON 没有表头行，第 1 条在第 2 行）。"
)
_NOT_XLSX = f"原文件不是 XLSX：{_AS_READ}"
_INSTEAD = {
    Way.OWN: f"原工作簿的格式没有保留（%s）：{_AS_READ}",
    Way.AS_READ: "原文件放不进一个工作簿（%s）：这里只有校验结果，请在原文件上修改后报送。",
}
"""What the summary says once a way was given up."""


def mark(
    original: Path,
    findings: Sequence[Finding],
    out: Path,
    *,
    options: ReaderOptions = _DEFAULTS,
) -> Path:
    """Write `original` with `findings` marked to `out` (mode 0600, replaced whole); return `out`.

    `options` are those with which the file was read.

    Raises:
        FileRefusedError: the original cannot be read within them; F06, nothing can be written.
    """
    work = out.with_name(f".{out.name}.tmp")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700)
    try:
        draft = work / "marked.xlsx"
        _write(original, findings, draft, options)
        draft.chmod(0o600)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(out)
        sync_folder(out.parent)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return out


def marked_names(files: Sequence[Path]) -> list[str]:
    """Return a name for each file's marked workbook, no two alike.

    >>> marked_names([Path("一/三月.xlsx"), Path("二/三月.csv")])
    ['三月-标注.xlsx', '三月-标注-2.xlsx']
    """
    names: list[str] = []
    for file in files:
        name, number = f"{file.stem}-标注.xlsx", 1
        while name in names:
            number += 1
            name = f"{file.stem}-标注-{number}.xlsx"
        names.append(name)
    return names


def _write(
    original: Path, findings: Sequence[Finding], draft: Path, options: ReaderOptions
) -> None:
    """Write the most faithful workbook that can be made; its summary says what was given up."""
    ways, note = (tuple(Way), "") if _is_xlsx(original) else ((Way.AS_READ, Way.ALONE), _NOT_XLSX)
    for way in ways:
        notes = [text for text in (note, _SEND if way is not Way.ALONE else "") if text]
        try:
            write(way, original, draft, plan(original.name, findings, notes), options)
        except UnfitError as unfit:
            if way is Way.ALONE:
                raise _not_written(original, unfit) from unfit
            note = _INSTEAD[way] % unfit
        else:
            return


def _is_xlsx(file: Path) -> bool:
    """Say whether a file is a workbook of the kind that openpyxl writes, whatever its name."""
    if kind_of(file) is not Kind.ZIP_WORKBOOK:
        return False
    try:
        with zipfile.ZipFile(file) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        return False


def _not_written(original: Path, unfit: UnfitError) -> FileRefusedError:
    """Return F06."""
    return FileRefusedError(
        f"标注工作簿没有写成：{unfit}。",
        "its marked workbook could not be written.",
        file=original.name,
        rule="F06",
        todo="请检查磁盘空间；如已足够，请维护者在 agency.yml 的 reader 中放宽限制。",
    )
