"""The whole way through the command line: files in, a release out, and what must hold of it."""

import json
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

TODAY = "2026-03-02"
GONGSHI = (sys.executable, "-m", "gongshi")


def run(root: Path, *words: str, today: str = TODAY, status: int = 0) -> dict[str, Any]:
    """Run one command with `--json` and return its answer; its status must be `status`."""
    command = [*GONGSHI, "--root", str(root), "--today", today, *words, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr or done.stdout
    answer: dict[str, Any] = json.loads(done.stdout) if done.stdout else {}
    return answer


@pytest.fixture
def site(tmp_path: Path) -> Path:
    run(tmp_path, "new", str(tmp_path / "site"))
    return tmp_path / "site"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "报送.csv"
    run(tmp_path, "generate", "--rows", "300", "--seed", "7", "--out", str(made), "--dirty")
    return made


def public(site: Path) -> sqlite3.Connection:
    path = run(site, "path", "public-db")["path"]
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)


def test_demo_goes_the_whole_way_and_most_clean_rows_are_in_force(tmp_path: Path) -> None:
    shown = run(tmp_path / "site", "demo", "--rows", "1000", "--no-serve")

    assert shown["refused"] > 0
    assert sum(shown["refused_by_rule"].values()) >= shown["refused"]
    assert shown["redacted"] > 0
    assert shown["in_force"]["list_entries"] > 0
    assert shown["in_force"]["penalties"] >= 0.7 * shown["taken"] * 0.95


def test_rows_are_taken_refused_or_unchanged_and_refusals_give_status_1(
    site: Path, file: Path
) -> None:
    answer = run(site, "ingest", str(file), status=1)["files"][0]

    assert answer["rows"] == answer["taken"] + answer["refused"] + answer["unchanged"]
    assert answer["refused"] > 0
    errors = {(f["sheet"], f["row"]) for f in answer["findings"] if f["severity"] == "error"}
    assert len(errors) == answer["refused"]


def test_the_same_file_twice_changes_nothing(site: Path, file: Path) -> None:
    run(site, "ingest", str(file), status=1)
    first = run(site, "publish")
    registry = Path(run(site, "path", "registry")["path"])
    with closing(sqlite3.connect(registry)) as conn:
        before = list(conn.iterdump())

    again = run(site, "ingest", str(file), status=1)["files"][0]
    second = run(site, "publish")

    assert again["taken"] == 0
    with closing(sqlite3.connect(registry)) as conn:
        assert list(conn.iterdump()) == before
    assert second["release"] == first["release"]


def test_no_byte_of_build_holds_what_the_generator_knows_to_be_personal(
    site: Path, file: Path
) -> None:
    run(site, "ingest", str(file), status=1)
    run(site, "publish")
    secrets = {
        line["value"]
        for line in map(json.loads, _lines(file.with_name(f"{file.name}.secrets.jsonl")))
        if line["element"] in {"id_no", "phone", "bank_account"}
    }

    built = b"".join(path.read_bytes() for path in (site / "build").rglob("*") if path.is_file())

    assert len(secrets) > 50
    assert [value for value in secrets if value.encode() in built] == []


def test_verify_and_rebuild_agree_with_what_was_done(site: Path, file: Path) -> None:
    run(site, "ingest", str(file), status=1)
    run(site, "publish")

    assert run(site, "verify") == {"ok": True, "problems": []}
    assert run(site, "rebuild")["same"] is True


def test_verify_finds_a_changed_byte_in_a_release(site: Path, file: Path) -> None:
    run(site, "ingest", str(file), status=1)
    run(site, "publish")
    download = Path(run(site, "path", "release")["path"]) / "downloads" / "penalties.csv"
    download.write_bytes(download.read_bytes().replace("罚".encode(), "奖".encode(), 1))

    problems = run(site, "verify", status=1)["problems"]

    assert any("penalties.csv" in problem["where"] for problem in problems)


def test_a_backup_restored_into_an_empty_site_publishes_the_same(
    site: Path, file: Path, tmp_path: Path
) -> None:
    run(site, "ingest", str(file), status=1)
    run(site, "publish")
    with closing(public(site)) as conn:
        before = conn.execute("select * from penalties order by penalty_id").fetchall()
    copy = tmp_path / "backup.tar"

    run(site, "backup", str(copy))
    run(tmp_path, "new", str(tmp_path / "other"))
    run(tmp_path / "other", "restore", str(copy))
    run(tmp_path / "other", "publish")

    with closing(public(tmp_path / "other")) as conn:
        assert conn.execute("select * from penalties order by penalty_id").fetchall() == before


@pytest.mark.parametrize("words", [("ingest", "no-such-file.csv"), ("approve", "B1", "--by", "甲")])
def test_foreseeable_mistakes_have_an_answer_and_no_traceback(
    site: Path, words: tuple[str, ...]
) -> None:
    done = subprocess.run(
        [*GONGSHI, "--root", str(site), "--today", TODAY, *words],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert any("一" <= char <= "鿿" for char in done.stderr)
    assert any("a" <= char <= "z" for char in done.stderr)


def test_a_program_is_told_why_nothing_was_done(site: Path, tmp_path: Path) -> None:
    empty = tmp_path / "空.csv"
    empty.touch()

    told = run(site, "ingest", str(empty), status=2)

    assert told["error"]["rule"] == "F01"
    assert "空" in told["error"]["zh"]
    assert told["error"]["todo"]


def test_a_taken_port_stops_the_demonstration_before_the_work(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])

        told = run(tmp_path / "site", "demo", "--rows", "100", "--port", port, status=2)

    assert port in told["error"]["zh"]
    assert not (tmp_path / "site").exists()


def test_a_day_before_the_last_event_is_refused(site: Path, file: Path) -> None:
    run(site, "ingest", str(file), status=1)
    run(site, "publish")

    run(site, "publish", today="2026-03-01", status=2)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def test_a_lost_registry_stops_publish_and_is_found_by_verify(site: Path, file: Path) -> None:
    run(site, "ingest", str(file), status=1)
    run(site, "publish")
    for left in (site / "var").glob("registry.db*"):
        left.unlink()

    assert run(site, "verify", status=1)["ok"] is False
    run(site, "publish", status=2)
    assert (site / "build" / "CURRENT").read_text() == "1"


def test_another_key_is_refused_before_a_person_enters_twice(
    site: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(site, "ingest", str(file), status=1)
    monkeypatch.setenv("GONGSHI_SECRET", "an invented secret of another site")

    run(site, "ingest", str(file), status=2)


def test_an_unusable_file_does_not_hold_up_the_others(
    site: Path, file: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "空.csv"
    empty.write_bytes(b"")

    good, bad = run(site, "ingest", str(file), str(empty), status=1)["files"]

    assert good["taken"] > 0
    assert (bad["rows"], [found["rule"] for found in bad["findings"]]) == (0, ["F01"])
    run(site, "ingest", str(empty), status=2)


def test_the_demonstration_is_not_mixed_into_real_data(site: Path, file: Path) -> None:
    run(site, "ingest", str(file), status=1)

    run(site, "demo", "--no-serve", status=2)


def test_a_damaged_registry_is_a_problem_and_no_traceback(site: Path, file: Path) -> None:
    run(site, "ingest", str(file), status=1)
    registry = Path(run(site, "path", "registry")["path"])
    data = bytearray(registry.read_bytes())
    data[4096 * 3 : 4096 * 9] = b"\x55" * (4096 * 6)
    registry.write_bytes(data)

    assert run(site, "verify", status=1)["ok"] is False
