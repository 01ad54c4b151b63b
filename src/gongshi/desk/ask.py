"""One request to the desk: who asks, in which language; and how it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from gongshi.declarations.desk_policy import DeskPolicy
from gongshi.desk.deliveries import Deliveries, Delivery
from gongshi.desk.problem import Problem
from gongshi.desk.sessions import Attempts, Session, Sessions
from gongshi.desk.tokens import valid_ids
from gongshi.desk.work import Work
from gongshi.site import Site
from gongshi.table_schema import load_all
from gongshi.wording import LANGUAGES, Catalogue, Words, load_catalogue, number

COOKIE = "gongshi-desk"
SEAL = "seal"
"""Name of the form field that proves that a form is ours."""
_FORM_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything that the pages work on.

    `titles` are the agencies' names by code, `fields` the fields' titles by language and name.
    """

    site: Site
    titles: Mapping[str, str]
    fields: Mapping[str, Mapping[str, str]]
    policy: DeskPolicy
    sessions: Sessions
    attempts: Attempts
    deliveries: Deliveries
    work: Work
    catalogue: Catalogue
    templates: Environment


def load_words(site: Site) -> Catalogue:
    """Return the desk's words.

    Raises:
        SpecError: an entry is not a pair of texts.
    """
    return load_catalogue(site.root / "templates" / "desk" / "messages.yml")


def load_fields(site: Site) -> dict[str, dict[str, str]]:
    """Return how the fields of every schema are called, by language.

    Raises:
        SpecError: a schema breaks its contract.
    """
    every = [each for schema in load_all(site.schemas).values() for each in schema.fields]
    chinese, english = LANGUAGES
    return {
        chinese: {each.name: each.title for each in every},
        english: {each.name: each.title_en or each.title for each in every},
    }


def load_templates(site: Site) -> Environment:
    """Return the desk's templates; a name that is not given is an error."""
    environment = Environment(
        loader=FileSystemLoader(site.root / "templates" / "desk"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = number
    return environment


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: what was asked, by whom, in which language."""

    desk: Desk
    request: Request
    session: Session | None
    words: Words

    @property
    def who(self) -> Session:
        """Return who is signed in.

        Raises:
            Problem: nobody is.
        """
        if self.session is None:
            raise Problem(401, "signed_out")
        return self.session

    @property
    def agency(self) -> str:
        """Return the agency of the clerk who asks; "" for an operator, who sees all."""
        return self.who.token.agency

    def url(self, path: str, **params: str | int) -> str:
        """Return a link of the desk in the language of the page."""
        lang = {} if self.words.is_chinese else {"lang": self.words.lang}
        query = urlencode({**{k: v for k, v in params.items() if v != ""}, **lang})
        return f"{path}?{query}" if query else path

    def other_language(self) -> str:
        """Return this page in the other language."""
        query = {k: v for k, v in self.request.query_params.items() if k != "lang"}
        if self.words.is_chinese:
            query["lang"] = LANGUAGES[1]
        path = self.request.url.path if self.request.method == "GET" else "/"
        return f"{path}?{urlencode(query)}" if query else path

    def delivery(self) -> Delivery:
        """Return the delivery that the address names, if it may be seen by who asks.

        Raises:
            Problem: there is none, or it is somebody else's: the answer is the same.
        """
        found = self.desk.deliveries.find(self.request.path_params["key"])
        if found is None or not self._may_see(found):
            raise Problem(404, "no_delivery")
        return found

    def _may_see(self, delivery: Delivery) -> bool:
        is_operator = self.who.token.is_operator
        return delivery.owner == self.who.id or (is_operator and delivery.was_stopped)

    def page(self, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:  # noqa: ANN401
        """Return a page."""
        text = self.desk.templates.get_template(template).render(
            ask=self,
            t=self.words,
            titles=self.desk.titles,
            fields=self.desk.fields[self.words.lang],
            session=self.session,
            **context,
        )
        return HTMLResponse(text, status_code=status)

    def go(self, path: str, **params: str | int) -> RedirectResponse:
        """Return the answer to a form that worked: look there."""
        return RedirectResponse(self.url(path, **params), status_code=303)


def ask_of(request: Request) -> Ask:
    """Return a request with its session, if it has one."""
    desk: Desk = request.app.state.desk
    wanted = request.query_params.get("lang", "")
    words = Words(desk.catalogue, wanted if wanted in LANGUAGES else LANGUAGES[0])
    key = request.cookies.get(COOKIE, "")
    session = desk.sessions.find(key, valid_ids(desk.site.var)) if key else None
    return Ask(desk, request, session, words)


async def fields_of(request: Request) -> dict[str, str]:
    """Return the fields of a small form.

    Raises:
        Problem: it is too large.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _FORM_BYTES:
            raise Problem(413, "form")
    return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=20))


async def sealed_fields(ask: Ask) -> dict[str, str]:
    """Return the fields of a form that who asks got from us.

    Raises:
        Problem: nobody is signed in, or the form is not ours.
    """
    who = ask.who
    fields = await fields_of(ask.request)
    if not who.sealed(fields.get(SEAL, "")):
        raise Problem(403, "seal")
    return fields
