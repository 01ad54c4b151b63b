"""Why a reader refuses a whole file, and what the clerk should do about it.

The words of a library stay out of the text: they may quote a cell.
"""

from gongshi.errors import FileRefusedError
from gongshi.readers.file import File

_SAVE_AS = "请用 Excel 或 WPS 打开后另存为 .xlsx,再报送。"


def empty(file: File) -> FileRefusedError:
    """Return F01."""
    return FileRefusedError(
        "文件是空的。", "the file is empty.", file=file.name, rule="F01", todo="请检查导出步骤。"
    )


def too_large(file: File, zh: str, en: str) -> FileRefusedError:
    """Return F02."""
    return FileRefusedError(
        f"文件超出限制:{zh}。",
        f"beyond the limits: {en}.",
        file=file.name,
        rule="F02",
        todo="请拆分文件,或请维护者在 agency.yml 的 reader 中放宽限制。",
    )


def bomb(file: File, zh: str, en: str) -> FileRefusedError:
    """Return F03."""
    return FileRefusedError(
        f"文件结构异常,不予打开:{zh}。",
        f"refused unopened: {en}.",
        file=file.name,
        rule="F03",
        todo="请新建空白工作簿,只粘贴数据(选择性粘贴“数值”),保存后重新报送。",
    )


def damaged(file: File, zh: str, en: str, *, todo: str = _SAVE_AS) -> FileRefusedError:
    """Return F05."""
    return FileRefusedError(
        f"文件已损坏,或不是扩展名所说的格式:{zh}。",
        f"the file is damaged or of another format: {en}.",
        file=file.name,
        rule="F05",
        todo=todo,
    )


def no_reader(file: File, zh: str, en: str, *, todo: str = "") -> FileRefusedError:
    """Return F05 for a kind of file that is not taken."""
    return FileRefusedError(
        f"不受理{zh}。",
        f"{en} are not accepted.",
        file=file.name,
        rule="F05",
        todo=todo or "请报送 .xlsx、.xls、.ods、.csv、.json 文件,或者装有这些文件的 .zip。",
    )


def encrypted(file: File) -> FileRefusedError:
    """Return F10."""
    return FileRefusedError(
        "文件设有打开密码。",
        "the file is protected by a password.",
        file=file.name,
        rule="F10",
        todo="请取消打开密码后重新报送。",
    )


def no_table(file: File, zh: str, en: str, *, todo: str = _SAVE_AS) -> FileRefusedError:
    """Return F12: it can be read, but not as rows and columns."""
    return FileRefusedError(
        f"内容不是一张表:{zh}。", f"not a table: {en}.", file=file.name, rule="F12", todo=todo
    )
