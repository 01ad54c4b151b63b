"""A day merged into a large registry, and the next release of it, against the full load (P3, P4).

    python bench/load.py [--rows 1000000] [--portion 20000] [--day 5000] [--days 5]

A portion is generated, read, validated and redacted once, and merged again and again under other
document numbers until the registry has `--rows` rows: the full load is what that costs, with the
examination of one portion counted for each. `publish` runs as a program of its own. Then come
`--days` days of `--day` new rows each, merged and synced to disk, and the next release.
"""

import argparse
import resource
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import polars as pl
from measure import MIB, Cost, run, today

from gongshi import approval, ingest, keys, merge, pipeline, registry, tightening
from gongshi.declarations.redaction_policy import load_redaction_policy
from gongshi.deidentify import deidentify
from gongshi.generate import generate
from gongshi.models import PublicTable
from gongshi.packed import packed_whole
from gongshi.registry import Batch
from gongshi.site import Site, create
from gongshi.validate import Context, validate


@dataclass(frozen=True, slots=True)
class Portion:
    """A redacted table, and the CPU seconds per row of reading, validating and redacting it."""

    table: PublicTable
    cpu_per_row: float


def main() -> None:
    """Fill a registry, publish, merge days, publish again; print what each took."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        site = create(Path(folder) / "site")
        site.require()
        portion = _portion(site, options.portion, seed=1)
        began = time.process_time()
        for number in range(-(-options.rows // options.portion)):
            _merge(site, portion.table, f"甲{number}")
        merged_s = time.process_time() - began
        first = _publish(site)
        load_s = portion.cpu_per_row * options.rows + merged_s + first.cpu_s
        day = _portion(site, options.day, seed=2)
        walls = [_merge(site, day.table, f"乙{number}") for number in range(options.days)]
        following = _publish(site)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
        print(f"| {options.rows} rows | CPU s | peak MiB |\n|---|---|---|")
        print(f"| examine | {portion.cpu_per_row * options.rows:.1f} | {peak:.0f} |")
        print(f"| merge | {merged_s:.1f} | |")
        print(f"| first release | {first.cpu_s:.1f} | {first.peak_mib:.0f} |")
        print(f"| full load | {load_s:.1f} | |")
        print(f"| next release | {following.cpu_s:.1f} | {following.peak_mib:.0f} |")
        each = ", ".join(f"{wall:.2f}" for wall in walls)
        print(f"\nDays of {options.day} rows merged, wall s: {each}; median {median(walls):.2f}")
        print(f"Next release against the full load: **{following.cpu_s / load_s:.2f}**")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--portion", type=int, default=20_000)
    parser.add_argument("--day", type=int, default=5_000)
    parser.add_argument("--days", type=int, default=5)
    return parser.parse_args()


def _portion(site: Site, rows: int, *, seed: int) -> Portion:
    """Return generated rows, redacted; their file is gone again."""
    file = site.root / "portion.csv"
    generate(rows, seed, file, fmt="csv", dirty=False, today=today())
    began = time.process_time()
    desk = pipeline.open_desk(site, agency=None, today=today())
    raw = ingest.read_tables(file, desk.agencies, agency=None, schemas=desk.schemas)
    checked = validate(raw, desk.schemas[raw.schema], Context(today=today()))
    policy = load_redaction_policy(site.schemas / "policies", today(), areas=desk.areas)
    table = deidentify(checked, policy, keys.load(site.var)).table
    file.unlink()
    return Portion(table, (time.process_time() - began) / rows)


def _merge(site: Site, table: PublicTable, mark: str) -> float:
    """Merge a table under document numbers with a mark, synced to disk; return wall seconds."""
    frame = table.frame.with_columns(
        pl.concat_str(pl.col(name), pl.lit(mark)) for name in ("doc_no", "doc_no_key")
    )
    source = replace(table.source, sha256=mark)
    with closing(registry.open_registry(site.registry)) as conn:
        began = time.monotonic()
        fingerprint = keys.load(site.var).fingerprint
        policy = load_redaction_policy(site.schemas / "policies", today(), areas={})
        with registry.transaction(conn):
            registry.require_key(conn, fingerprint)
            batch = _batch(registry.new_batch_id(conn, today()), mark, rows=frame.height)
            # Without the mark of its policy, publish would redact every text again.
            batch = replace(batch, redaction=tightening.remember(conn, policy))
            merge.merge(conn, replace(table, packed=packed_whole(frame), source=source), batch)
        return time.monotonic() - began


def _batch(name: str, mark: str, *, rows: int) -> Batch:
    """Return the batch of one delivery."""
    return Batch(
        batch=name,
        agency="bench",
        schema="penalty",
        file="bench.csv",
        file_sha256=mark,
        received_at=registry.now(),
        received_on=today().isoformat(),
        rows=rows,
        approved_by=approval.AUTOMATIC,
    )


def _publish(site: Site) -> Cost:
    """Return what a publish costs."""
    return run([sys.executable, "-m", "gongshi", "--root", site.root, "publish", "--json"])


if __name__ == "__main__":
    main()
