"""The site's secret: made once, readable by its owner only, never a guess."""

import stat
from pathlib import Path

import pytest

from gongshi import keys
from gongshi.errors import UsageError


@pytest.fixture(autouse=True)
def _no_secret_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(keys.VARIABLE, raising=False)


def test_the_key_is_made_on_first_use_and_kept(tmp_path: Path) -> None:
    first, second = keys.load(tmp_path), keys.load(tmp_path)

    assert first == second
    assert stat.S_IMODE((tmp_path / keys.FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [keys.FILE]


def test_the_environment_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(keys.VARIABLE, "an invented secret of some length")

    key = keys.load(tmp_path)

    assert key == keys.Key(b"an invented secret of some length")
    assert not (tmp_path / keys.FILE).exists()


def test_the_key_shows_nowhere(tmp_path: Path) -> None:
    key = keys.load(tmp_path)

    assert (tmp_path / keys.FILE).read_text().strip() not in repr(key)


def test_purposes_do_not_mix() -> None:
    key = keys.Key(b"an invented secret")

    assert len({key.digest(purpose, "张三") for purpose in ("person", "original", "")}) == 3


@pytest.mark.parametrize(("text", "mode"), [("", 0o600), ("zu kurz", 0o600), ("x" * 64, 0o644)])
def test_a_bad_key_file_is_refused_with_advice(tmp_path: Path, text: str, mode: int) -> None:
    path = tmp_path / keys.FILE
    path.write_text(text)
    path.chmod(mode)

    with pytest.raises(UsageError) as caught:
        keys.load(tmp_path)

    assert caught.value.todo
    assert text == "" or text not in str(caught.value)


def test_an_empty_environment_variable_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(keys.VARIABLE, "")

    with pytest.raises(UsageError, match=keys.VARIABLE):
        keys.load(tmp_path)
