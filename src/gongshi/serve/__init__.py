"""The public site: one ASGI application that answers from the release in force, and only from it.

    request ─▶ app.Portal ─▶ guard (allow-list) ─▶ instance (one Datasette per release) ─▶ headers

It reads `build/` and the site's content; it never opens `var/`. Pages, API and feeds are functions
of one read-only connection; `plugins/` mounts them inside Datasette.
"""

from gongshi.serve.app import Portal
from gongshi.serve.server import run

__all__ = ["Portal", "run"]
