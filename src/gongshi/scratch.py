"""A folder for large temporary files beside what they are made from, which no cut leaves behind.

Whoever uses one holds a lock on it, and the system lets go of a lock when its process ends, however
it ends. So a folder that nobody holds is what a kill or a power cut has left: a whole copy of a
registry, which must not outlive what retention erases from the registry itself.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = ".scratch-"


@contextmanager
def scratch(home: Path) -> Iterator[Path]:
    """Give an empty folder in `home`, and remove it at the end; what cuts have left goes first."""
    with _locked(home):
        _sweep(home)
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=home))
        held = os.open(folder, os.O_RDONLY)
        fcntl.flock(held, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def sweep(home: Path) -> None:
    """Remove the folders in `home` that nobody uses any more."""
    with _locked(home):
        _sweep(home)


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    """Let nobody else make or remove a folder in `home`."""
    handle = os.open(home, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _sweep(home: Path) -> None:
    """Remove the folders on which nobody has a lock."""
    for folder in home.glob(f"{_PREFIX}*"):
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        finally:
            os.close(handle)
        shutil.rmtree(folder, ignore_errors=True)
