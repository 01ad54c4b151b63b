"""Keeping a site sound: verify everything, and make the registry again from its ledger."""

import sqlite3
from contextlib import closing
from dataclasses import asdict
from datetime import date
from typing import Any

from gongshi import rebuild as rebuilding
from gongshi import registry
from gongshi import verify as verification
from gongshi.errors import GongshiError
from gongshi.publish import check
from gongshi.scratch import scratch
from gongshi.site import Site


def verify(site: Site, *, today: date) -> list[dict[str, str]]:
    """Return every problem of registry, ledger and release as `{"what", "where", "detail"}`."""
    try:
        return _found(site, today)
    except (GongshiError, sqlite3.Error) as exc:
        return [{"what": "登记库", "where": str(site.registry), "detail": str(exc)}]


def _found(site: Site, today: date) -> list[dict[str, str]]:
    """Return what is wrong with a site whose registry can be read."""
    site.require_registry()
    with closing(registry.open_registry(site.registry)) as conn:
        found = [asdict(problem) for problem in verification.verify(conn, today)]
        found += [
            {"what": what, "where": where, "detail": detail}
            for what, where, detail in check.problems(conn, site)
        ]
    return found


def rebuild(site: Site) -> dict[str, Any]:
    """Make the registry again from its ledger, aside, and return how the two compare."""
    with (
        closing(registry.open_registry(site.registry)) as conn,
        scratch(site.var) as folder,
    ):
        path = folder / "rebuilt.db"
        rebuilding.rebuild(conn, path)
        with closing(registry.open_registry(path)) as new:
            differences = list(rebuilding.differences(conn, new))
    return {"same": not differences, "differences": differences}
