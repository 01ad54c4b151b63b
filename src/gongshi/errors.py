"""Everything this package raises on purpose.

* GongshiError           the command line prints it without a traceback, exit status 2
  * SpecError            a file under ingest/ or schemas/ is wrong: a maintainer edits it
  * FormatError          one value cannot be read: `validate` turns it into a `Finding`
  * FileRefusedError     a whole input file is unusable: nothing of it was taken
  * RegistryError        the registry is missing, locked, damaged or newer than this program
  * LeakError            personal data reached a release: stop, publish nothing
  * SyncError            a credit platform refused or could not be reached
  * UsageError           the command line was called wrongly, or out of order

Bad data is a value (`models.Finding`): collected, counted, reported. A broken file or a
broken promise is an exception.
"""


class GongshiError(Exception):
    """Base of every error below: a Chinese sentence, its English twin, and what to do next."""

    def __init__(self, zh: str, en: str, *, todo: str = "") -> None:
        super().__init__(zh)
        self.zh = zh
        self.en = en
        self.todo = todo

    def __str__(self) -> str:
        """Return the lines a person reads: Chinese, what to do, English."""
        return "\n".join(line for line in (self.zh, self.todo, self.en) if line)


class SpecError(GongshiError):
    """A declarative file breaks its contract."""

    def __init__(self, reason_zh: str, reason_en: str, *, file: str, key: str = "") -> None:
        where = f"{file}: {key}" if key else file
        super().__init__(
            f"{where}: {reason_zh}",
            f"{where}: {reason_en}",
            todo=f"请修改 {file} 后重试。",
        )
        self.file = file
        self.key = key


class FormatError(GongshiError):
    """One value cannot be read as its format asks."""


class FileRefusedError(GongshiError):
    """A whole file is unusable; nothing of it was taken."""

    def __init__(self, zh: str, en: str, *, file: str, rule: str, todo: str = "") -> None:
        super().__init__(f"{file}: {zh}", f"{file}: {en}", todo=todo)
        self.file = file
        self.rule = rule


class RegistryError(GongshiError):
    """The registry cannot be used as it stands."""


class LeakError(GongshiError):
    """Personal data was found in what was about to be published; nothing was published."""


class SyncError(GongshiError):
    """A credit platform refused a delivery or could not be reached."""


class UsageError(GongshiError):
    """The command was called wrongly, or before its turn."""
