"""Temporary folders: nobody's goes, somebody's stays."""

import signal
import subprocess
import sys
from pathlib import Path

from gongshi.scratch import scratch, sweep

HOLDER = """
import sys
from pathlib import Path
from gongshi.scratch import scratch
with scratch(Path(sys.argv[1])) as folder:
    (folder / "copy.db").write_text("x")
    print("ready", flush=True)
    sys.stdin.read()
"""


def test_a_folder_goes_with_its_user_and_another_one_stays(tmp_path: Path) -> None:
    with scratch(tmp_path) as first, scratch(tmp_path) as second:
        (first / "a").write_text("x")
        sweep(tmp_path)

        assert first.is_dir()
        assert second.is_dir()
    assert list(tmp_path.iterdir()) == []


def test_what_a_kill_has_left_goes_with_the_next_sweep_and_not_before(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        sweep(tmp_path)
        (held,) = tmp_path.iterdir()
        assert (held / "copy.db").exists()
        child.send_signal(signal.SIGKILL)
        child.wait()

    sweep(tmp_path)

    assert list(tmp_path.iterdir()) == []
