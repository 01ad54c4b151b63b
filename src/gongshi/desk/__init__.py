"""The desk: the clerk's and operator's page, apart from the public site, on loopback by default.

    request ─▶ guard ─▶ signing ─▶ pages, upload ─▶ work ─▶ pipeline (check, ingest, approve)

It runs where the registry is. A clerk's files lie in `var/desk/` while the clerk is signed in.
"""

import socket
from collections.abc import Callable
from datetime import date

from gongshi import hosting
from gongshi.desk.app import application, senders
from gongshi.desk.tokens import Token, issue, listed, revoke
from gongshi.errors import UsageError
from gongshi.site import Site

__all__ = ["Token", "application", "listed", "new_operator", "new_token", "revoke", "run"]


def run(
    site: Site,
    *,
    at: socket.socket,
    today: Callable[[], date],
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the desk of `site` until interrupted; `ready` gets the address, once.

    Raises:
        SpecError: a declaration is not valid.
    """
    with at:
        hosting.run(application(site, today), at=at, ready=ready)


def new_token(site: Site, agency: str, *, holder: str, today: date) -> tuple[Token, str]:
    """Make a token for the clerks of an agency; return its entry and the token itself.

    Raises:
        UsageError: no such agency, or a template, which speaks for any authority.
    """
    known = senders(site)
    if agency not in known:
        raise UsageError(
            f"报送页面不能为 {agency} 发放令牌:没有这个报送机构,或它是通用模板。",
            f"no token for {agency}: no such agency, or a template that speaks for any authority",
            todo=f"可选的机构:{'、'.join(known) or '无,请先在 ingest/ 下声明'}。",
        )
    return issue(site.var, agency=agency, holder=holder, today=today)


def new_operator(site: Site, name: str, *, today: date) -> tuple[Token, str]:
    """Make a token for an operator, who approves under `name`.

    Raises:
        UsageError: the name is empty.
    """
    if not name.strip():
        raise UsageError("请写明运维人员姓名。", "An operator needs a name.")
    return issue(site.var, holder=name.strip(), today=today)
