"""What the site refuses, and what stands above every answer."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.portal import Visitor, make_site, opaque, seal, visiting

RECORD = opaque("p", 5)
BIG = "9" * 30


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    site = make_site(tmp_path_factory.mktemp("site"))
    seal(site, 1, 60)
    with visiting(site) as found:
        yield found


HOSTILE = (
    # Datasette's own doors
    ("/public.db", 404),
    ("/public?sql=select+1", 400),
    ("/public.json?sql=select+1", 400),
    ("/public.csv?sql=select+1", 404),
    ("/public/penalties?sql=select+1", 400),
    ("/public/penalties?_where=1=1", 400),
    ("/public/penalties?_through={}", 400),
    ("/public/penalties?_ttl=99999999", 400),
    ("/public/penalties?%5fttl=99999999", 400),
    ("/public/penalties?_%74tl=9", 400),
    ("/public/penalties?_searchmode=raw&_search=a", 400),
    ("/public/penalties?_fts_table=counts&_search=a", 400),
    ("/public/penalties?_search_text=a", 400),
    ("/public/penalties?_facet=facts", 400),
    ("/public/penalties?_facet_array=kinds", 400),
    ("/public/penalties?_facet_size=max", 400),
    ("/public/penalties?_trace=1", 400),
    ("/public/penalties?_context=1", 400),
    ("/public/penalties?_timelimit=1", 400),
    ("/public/penalties?_filter_column=party&_filter_op=exact&_filter_value=a", 400),
    ("/public/penalties.csv?_stream=1", 400),
    ("/public/penalties.csv?_next=1", 400),
    ("/public/penalties.blob", 404),
    ("/public/penalties.jsono", 404),
    (f"/public/penalties/{RECORD}.blob?_blob_column=facts", 404),
    (f"/public/penalties/{RECORD}?_extras=foreign_key_tables", 400),
    ("/public/counts", 404),
    ("/public/penalties_fts", 404),
    ("/public/penalties_fts_data.json", 404),
    ("/public/sqlite_master", 404),
    ("/public/PENALTIES", 404),
    ("/_internal", 404),
    ("/_memory.json?sql=select+1", 404),
    ("/-/versions.json", 404),
    ("/-/metadata", 404),
    ("/-/threads", 404),
    ("/-/permissions", 404),
    ("/-/auth-token?token=x", 404),
    ("/-/static-plugins/x/y", 404),
    # sorting, values
    ("/public/penalties?_sort=facts", 400),
    ("/public/penalties?_sort=seq&_sort_desc=seq", 400),
    ("/public/penalties?_sort=seq&_sort=seq", 400),
    ("/public/penalties?_col=secret", 400),
    ("/public/penalties?_nocol=penalty_id", 400),
    ("/public/penalties?_size=100000", 400),
    ("/public/penalties?_size=-1", 400),
    ("/public/penalties?_size=²", 400),
    ("/public/penalties?_shape=evil", 400),
    ("/public/penalties?_next=%3Cscript%3E", 400),
    ("/public/penalties?party__regex=a", 400),
    ("/public/penalties?party__glob=*", 400),
    ("/public/penalties?facts__contains=%25a%25a%25a%25", 400),
    (f"/public/penalties?fine_fen__gt={BIG}", 400),
    ("/public/penalties?fine_fen__gt=²", 400),
    ("/public/penalties?year__in=[1,2", 400),
    ("/public/penalties?year__in=[[1]]", 400),
    ("/public/penalties?year__in=[" + "1," * 140 + "1]", 400),
    (f"/public/penalties?year__in=[{BIG}]", 400),
    ('/public/penalties?party")%20or%201=1--=x', 400),
    ("/public/penalties?party=%00", 400),
    ("/public/penalties?party=%ff", 400),
    # our own pages
    ("/?utm_source=x", 400),
    ("/?lang=en&lang=zh", 400),
    ("/search?q=a&q=b", 400),
    ("/search?before=-1", 400),
    ("/search?before=1.5", 400),
    (f"/search?before={BIG}", 400),
    ("/search?q=" + "长" * 400, 400),
    ("/search?" + "&".join(f"a{number}=1" for number in range(80)), 400),
    ("/search?q=" + "a" * 5000, 414),
    ("/" + "a" * 600, 414),
    ("/api/v1/changes?since=-1", 400),
    ("/api/v1/changes?since=x", 400),
    (f"/api/v1/changes?since={BIG}", 400),
    ("/api/v1/changes?limit=0", 400),
    ("/api/v1/changes?limit=1001", 400),
    ("/api/v1/lists?evil=1", 400),
    ("/feeds/penalties.atom?lang=en", 400),
    ("/feeds/penalties.atom?q=〔〕", 400),
    ("/feeds/penalties.exe", 404),
    ("/feeds/list/nothing.atom", 404),
    # paths
    ("/downloads/nothing.csv", 404),
    ("/downloads/public.db", 404),
    ("/downloads/../public.db", 404),
    ("/downloads/%2e%2e/public.db", 404),
    ("/downloads/..%2fpublic.db", 404),
    ("/static/..%2f..%2fmetadata.yml", 404),
    ("/static/%2e%2e/metadata.yml", 404),
    ("/static//etc/passwd", 404),
    ("/static/..%5c..%5cmetadata.yml", 404),
    ("/%00", 404),
    ("/%ff", 400),
    ("http://localhost//evil.example/", 404),
    ("http://localhost/%2f/evil.example/", 404),
)


@pytest.mark.parametrize(("path", "status"), HOSTILE, ids=[path[:60] for path, _ in HOSTILE])
def test_a_hostile_request_is_refused_in_words(visitor: Visitor, path: str, status: int) -> None:
    answer = visitor.get(path)

    assert answer.status_code == status
    assert answer.headers["cache-control"] == "no-store"
    assert "Traceback" not in answer.text
    assert "<script" not in answer.text
    assert not visitor.log


ALLOWED = (
    "/public/penalties?_search=食品&_sort_desc=seq&_size=max&lang=en",
    "/public/penalties?party__contains=示例&year__gte=2025&kinds_json__arraycontains=罚款",
    "/public/penalties?party=&uscc__isnull=1",
    "/public/penalties.json?_shape=array&_col=party&_col=uscc&_size=5",
    "/public/penalties.json?_nocol=facts&_facet=authority&_facet=kinds_json&_labels=on",
    '/public/penalties.json?year__in=[2025,2026]&authority__in=a,b&party__not=x"y',
    f"/public/penalties/{RECORD}.json?_shape=objects",
    "/public.json",
    "/static/site.css?v=abc",
    "/-/static/app.css",
    "/favicon.ico",
    "/robots.txt",
    "/sitemap.xml",
)


@pytest.mark.parametrize("path", ALLOWED)
def test_what_the_contract_names_is_allowed(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "localhost@evil"])
def test_another_host_name_is_refused(visitor: Visitor, host: str) -> None:
    answer = visitor.get("/", headers={"host": host})

    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_a_declared_host_is_answered(tmp_path_factory: pytest.TempPathFactory) -> None:
    site = make_site(tmp_path_factory.mktemp("site"))
    policy = site.schemas / "policies" / "site.yml"
    text = policy.read_text(encoding="utf-8").replace("hosts: []", "hosts: [Gongshi.example]")
    policy.write_text(text, encoding="utf-8")
    seal(site, 1, 5)

    with visiting(site) as visitor:
        answer = visitor.get(
            "/public/penalties.json?_size=1", headers={"host": "gongshi.example:80"}
        )

    assert answer.json()["next_url"].startswith("http://gongshi.example:80/")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"])
def test_pages_are_read_only(visitor: Visitor, method: str) -> None:
    answer = visitor.ask(method, "/public/penalties")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


def test_head_is_the_head_of_a_get(visitor: Visitor) -> None:
    got, head = visitor.get("/about"), visitor.ask("HEAD", "/about")

    assert head.status_code == 200
    assert not head.content
    assert head.headers["etag"] == got.headers["etag"]


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/api/v1/lists", "/static/site.css", "/public/lists"]
)
def test_every_answer_carries_the_security_headers(visitor: Visitor, path: str) -> None:
    headers = visitor.get(path).headers

    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-release"] == "1"
    assert "set-cookie" not in headers
    assert "server" not in headers
    assert "strict-transport-security" not in headers


def test_https_is_kept_where_it_is_used(visitor: Visitor) -> None:
    answer = visitor.get("https://localhost/")

    assert "max-age" in answer.headers["strict-transport-security"]


def test_nothing_is_cached_longer_than_a_minute_but_what_comes_with_the_program(
    visitor: Visitor,
) -> None:
    assert visitor.get("/").headers["cache-control"] == "public, max-age=60"
    assert visitor.get("/public/penalties.json").headers["cache-control"] == "public, max-age=60"
    assert visitor.get("/static/site.css").headers["cache-control"] == "public, max-age=3600"


def test_a_needless_slash_is_redirected_within_the_site(visitor: Visitor) -> None:
    answer = visitor.get("/about/?lang=en")

    assert answer.status_code == 308
    assert answer.headers["location"] == "/about?lang=en"


@pytest.mark.parametrize("path", ["/", "/search?q=食品", "/api/v1/lists", "/public/penalties.json"])
def test_a_client_that_has_the_page_gets_304(visitor: Visitor, path: str) -> None:
    first = visitor.get(path)
    again = visitor.get(path, headers={"if-none-match": first.headers["etag"]})
    other = visitor.get("/about", headers={"if-none-match": first.headers["etag"]})

    assert again.status_code == 304
    assert not again.content
    assert again.headers["etag"] == first.headers["etag"]
    assert other.status_code == 200


def test_an_unforeseen_error_is_told_without_what_the_visitor_sent(
    visitor: Visitor, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from gongshi.serve import finder  # noqa: PLC0415 - to break it

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("张三 110101199003070000")

    monkeypatch.setattr(finder, "tally", broken)
    answer = visitor.get("/search?q=" + quote("秘密词"))

    captured = capsys.readouterr()
    assert answer.status_code == 500
    assert "RuntimeError" in captured.err
    for leaked in ("张三", "110101", "秘密词"):
        assert leaked not in captured.err + captured.out + answer.text.replace('value="秘密词"', "")
