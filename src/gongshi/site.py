"""A site: a folder with content (`ingest/`, `schemas/` …), private `var/`, and served `build/`.

Paths only, and the two file operations on which crash safety rests; nothing here interprets data.
"""

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gongshi.errors import RegistryError, UsageError

CONTENT = ("ingest", "schemas", "plugins", "templates", "static", "metadata.yml")


@dataclass(frozen=True, slots=True)
class Site:
    """Where everything of one site lies, under `root`."""

    root: Path

    @property
    def ingest(self) -> Path:
        """One folder per agency."""
        return self.root / "ingest"

    @property
    def schemas(self) -> Path:
        """Table Schemas, code lists, lists/, platforms/, policies/, calendar/."""
        return self.root / "schemas"

    @property
    def var(self) -> Path:
        """Private state; mode 0700, never under the web root."""
        return self.root / "var"

    @property
    def registry(self) -> Path:
        """The private database of accepted, redacted records."""
        return self.var / "registry.db"

    @property
    def build(self) -> Path:
        """What is served."""
        return self.root / "build"

    @property
    def releases(self) -> Path:
        """One sealed folder per release."""
        return self.build / "releases"

    @property
    def current(self) -> Path:
        """The pointer file: its text is the number of the release in force."""
        return self.build / "CURRENT"

    def release(self, number: int) -> Path:
        """Return the folder of one release."""
        return self.releases / str(number)

    def current_release(self) -> int | None:
        """Return the number of the release in force, or None before the first."""
        try:
            return int(self.current.read_text(encoding="ascii"))
        except FileNotFoundError:
            return None

    def require_registry(self) -> None:
        """Make sure that a site which has published still has its registry.

        Without it the next publish would take every record down, and nobody would be told.

        Raises:
            RegistryError: there is a release in force and no registry.
        """
        if self.current.exists() and not self.registry.exists():
            raise RegistryError(
                f"已发布第 {self.current_release()} 期,但登记库 {self.registry} 不见了。",
                f"release {self.current_release()} is in force, but the registry is gone",
                todo="请停止发布,在新目录用 gongshi restore 从备份恢复登记库,再移回原处。",
            )

    def require(self) -> None:
        """Make sure `root` is a site, and that `var/` exists and is private.

        Raises:
            UsageError: `root` holds no site.
        """
        if not self.schemas.is_dir() or not self.ingest.is_dir():
            raise UsageError(
                f"{self.root} 不是 Gongshi 站点(没有 schemas/ 和 ingest/)。",
                f"{self.root} is not a Gongshi site: it has no schemas/ and ingest/.",
                todo="请用 gongshi new 目录 新建站点,或用 --root 指定站点目录。",
            )
        self.var.mkdir(mode=0o700, exist_ok=True)
        self.build.mkdir(exist_ok=True)


def packaged_content() -> Path:
    """Return where the engine's own content lies: in the wheel, or the checkout."""
    wheel = Path(__file__).parent / "_content"
    return wheel if wheel.is_dir() else Path(__file__).parents[2]


def create(root: Path) -> Site:
    """Make a fresh site folder at `root`, which must be empty or absent.

    The content is copied beside `root` first and renamed into place, so that a cut leaves no
    half site.

    Raises:
        UsageError: `root` exists and is not an empty folder.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise UsageError(
            f"{root} 已存在且不为空。", f"{root} exists and is not empty.", todo="请换一个新目录。"
        )
    source = packaged_content()
    root.parent.mkdir(parents=True, exist_ok=True)
    draft = root.with_name(f".{root.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    for name in CONTENT:
        item = source / name
        if item.is_dir():
            shutil.copytree(item, draft / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(item, draft / name)
    if root.exists():
        root.rmdir()
    draft.rename(root)
    return Site(root)


def write_atomically(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Replace `path` by `data`, so that a reader or a crash sees the old bytes or the new."""
    draft = path.with_name(f".{path.name}.tmp")
    with draft.open("wb") as file:
        file.writelines((data,) if isinstance(data, bytes) else data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames inside `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
