"""What a command is: a name, its arguments, one function, and the answer that it gives."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from gongshi.site import Site

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Civil time of every date here; a fixed offset, since China has kept one since 1991."""

DONE, PARTLY, NOTHING = 0, 1, 2

Answer = tuple[dict[str, Any] | Iterable[str], str, int]
"""The JSON object, or its text in pieces; the words for a terminal; the exit status."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command: `arguments` are pairs of flags and what argparse wants to know of them."""

    name: str
    help: str
    run: Callable[[Namespace], Answer]
    arguments: tuple[tuple[tuple[str, ...], Mapping[str, Any]], ...] = field(default=())

    def add_to(self, parser: ArgumentParser) -> None:
        """Declare the arguments, and `--json`, which every command has."""
        for flags, options in self.arguments:
            parser.add_argument(*flags, **options)
        parser.add_argument("--json", action="store_true", help="只输出一个 JSON / one JSON object")
        parser.set_defaults(run=self.run)


def site_of(args: Namespace) -> Site:
    """Return the site named by `--root`, which must be one."""
    site = Site(args.root.resolve())
    site.require()
    return site


def today_of(args: Namespace) -> date:
    """Return the day named by `--today`, else the civil date in China."""
    return args.today or datetime.now(UTC).astimezone(CHINA).date()
