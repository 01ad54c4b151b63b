"""Numbers planted in releases of a real site: every one found, and each stops the release."""

import random
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from gongshi import keys, leak_scan, pipeline, registry
from gongshi.errors import LeakError
from gongshi.generate import generate
from gongshi.publish import check, feed_files
from gongshi.site import create
from tests import planted, publishing
from tests import redaction_corpus as corpus
from tests.planted import KINDS, RAW, Plant
from tests.publishing import TODAY, Registry

Make = Callable[[random.Random], str]


def wide(number: str) -> str:
    return "".join(chr(0xFF10 + int(c)) if c.isdigit() else c for c in number)


def dense(number: str) -> str:
    return number.replace(" ", "").replace("-", "")


def landline(rng: random.Random) -> str:
    """Return a number that only its keyed value tells."""
    return f"0{rng.randint(311, 398)}{rng.randint(2, 8)}{rng.randint(10**6, 10**7 - 1)}"


def old_number(rng: random.Random) -> str:
    return f"身份证号:{dense(corpus.identity(rng))[:6]}680229{rng.randint(100, 999)}"


ORIGINALS: tuple[tuple[str, Make], ...] = (
    ("identity", lambda rng: dense(corpus.identity(rng))),
    ("identity in groups", lambda rng: " ".join(_cut(dense(corpus.identity(rng)), 6, 14))),
    ("identity, wide", lambda rng: wide(dense(corpus.identity(rng)))),
    ("identity, old", old_number),
    ("mobile", lambda rng: dense(corpus.mobile(rng))),
    ("mobile in groups", lambda rng: "-".join(_cut(dense(corpus.mobile(rng))[-11:], 3, 7))),
    ("mobile, wide", lambda rng: wide(dense(corpus.mobile(rng)))),
    ("card", lambda rng: dense(corpus.card(rng))),
    ("known by its keyed value", landline),
    ("mobile with 86", lambda rng: "86" + dense(corpus.mobile(rng))[-11:]),
)


def _cut(number: str, *places: int) -> list[str]:
    return [number[a:b] for a, b in zip((0, *places), (*places, None), strict=True)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    world = publishing.make(tmp_path_factory.mktemp("planted") / "site")
    for _ in range(20):
        world.add()
    world.publish()
    return world


def stopped(
    site: Registry, plant: Plant, make: Make, seed: int, patch: pytest.MonkeyPatch
) -> tuple[str, str]:
    """Plant one original in the release that is being made; return it and what publish said."""
    rng = random.Random(f"{plant.__name__}{seed}")  # noqa: S311  invented values
    number = make(rng)
    if make is landline:
        value = keys.load(site.site.var).of_number(number)
        registry.keep_masked_numbers(site.conn, "B1", [value])
    if plant in RAW and not number.isascii():
        number = dense(corpus.identity(rng))
    if plant in RAW:
        number = dense(number)
    write = feed_files.write

    def write_and_plant(conn: object, folder: Path, **more: object) -> None:
        write(conn, folder, **more)  # type: ignore[arg-type]
        plant(folder.parent, number)

    with patch.context() as context:
        context.setattr(feed_files, "write", write_and_plant)
        site.conn.execute("begin")
        site.add()
        site.conn.execute("commit")
        try:
            site.publish()
        except LeakError as leak:
            return number, str(leak)
    return number, ""


@pytest.mark.parametrize("plant", KINDS, ids=lambda plant: plant.__name__)
def test_a_planted_original_stops_the_release(
    site: Registry, plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = KINDS.index(plant)
    name, make = ORIGINALS[place % len(ORIGINALS)]
    if plant in RAW and name in {"known by its keyed value", "identity, old"}:
        make = ORIGINALS[0][1]

    before = sorted(site.site.build.rglob("*"))
    in_force = site.site.current.read_text()

    number, said = stopped(site, plant, make, 0, monkeypatch)

    assert said
    assert number not in said
    assert dense(number) not in said
    assert site.site.current.read_text() == in_force
    assert sorted(site.site.build.rglob("*")) == before


@pytest.mark.prove
def test_every_original_in_every_kind_of_artefact_stops_the_release(
    site: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    missed, done = [], 0
    for plant in KINDS:
        for number, (name, make) in enumerate(ORIGINALS):
            if plant in RAW and name in {"known by its keyed value", "identity, old"}:
                continue
            text, said = stopped(site, plant, make, number, monkeypatch)
            if not said or text in said:
                missed.append((plant.__name__, name))
            done += 1

    assert missed == [], "\n".join(map(str, missed))
    assert done >= 200


@pytest.mark.parametrize(
    "plant", [planted.csv_cell, planted.table_cell, planted.hidden_file, planted.write_ahead_log]
)
def test_what_is_planted_after_sealing_is_found_by_hash_and_by_scan(
    tmp_path: Path, plant: Plant
) -> None:
    world = publishing.make(tmp_path / "site")
    world.add()
    released = world.publish()
    assert list(check.problems(world.conn, world.site)) == []

    plant(released.path, "11010519491231002X")

    found = {what for what, _, _ in check.problems(world.conn, world.site)}
    assert found == {"发布版本", "个人信息"}


def test_what_is_planted_beside_the_release_in_force_is_found_too(tmp_path: Path) -> None:
    world = publishing.make(tmp_path / "site")
    world.add()
    world.publish()
    world.add()
    world.publish()
    (world.site.release(1) / "old.csv").write_text("13800138000", encoding="utf-8")

    assert [what for what, _, _ in check.problems(world.conn, world.site)] == ["个人信息"]


def test_a_site_without_its_key_publishes_and_verify_says_what_it_could_not_compare(
    tmp_path: Path,
) -> None:
    world = publishing.make(tmp_path / "site")
    value = keys.load(world.site.var).of_number("057187654321")
    registry.keep_masked_numbers(world.conn, "B1", [value])
    (world.site.var / "secret.key").unlink()
    world.add()

    world.publish()

    assert [what for what, _, _ in check.problems(world.conn, world.site)] == ["密钥"]
    assert not (world.site.var / "secret.key").exists()


@pytest.mark.parametrize(
    "rows", [600, pytest.param(20_000, marks=pytest.mark.prove)], ids=lambda rows: f"{rows} rows"
)
def test_a_release_of_generated_clean_rows_gives_no_false_alarm(tmp_path: Path, rows: int) -> None:
    file = tmp_path / "a.csv"
    generate(rows, 5, file, fmt="csv", dirty=False, today=TODAY)
    site = create(tmp_path / "site")
    site.require()
    pipeline.ingest(pipeline.open_desk(site, agency="standard", today=TODAY), [file])

    released = pipeline.publish(site, today=TODAY)

    assert released["added"] >= 0.8 * rows
    with closing(registry.open_registry(site.registry)) as conn:
        known = leak_scan.of_site(conn, site)
    assert known
    assert leak_scan.scan_tree(site.build, known) == []
