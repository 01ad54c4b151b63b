"""The API for programs, the feeds and the files: as the contract says, and as OpenAPI says."""

import json
import re
from collections.abc import Iterator
from typing import Any

import feedparser
import pytest

from gongshi.serve.openapi import document
from gongshi.serve.routes import ROUTES
from tests.portal import Visitor, code, make_site, opaque, seal, visiting

ROWS = 250
FIRM = code("91", 1)


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    site = make_site(tmp_path_factory.mktemp("site"))
    seal(site, 4, ROWS)
    with visiting(site) as found:
        yield found


def screen(visitor: Visitor, body: Any, *, status: int = 200) -> Any:  # noqa: ANN401 - JSON
    answer = visitor.ask("POST", "/api/v1/screen", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_the_latest_release_names_its_files_with_their_hashes(visitor: Visitor) -> None:
    answer = visitor.get("/api/v1/releases/latest").json()

    assert answer["release"] == 4
    assert answer["seq"] == ROWS + 10
    assert answer["files"][0]["url"] == "http://localhost/downloads/penalties.csv"
    got = visitor.get("/downloads/penalties.csv")
    assert got.headers["etag"] == f'"{answer["files"][0]["sha256"]}"'
    assert len(got.content) == answer["files"][0]["size"]


def test_a_file_that_the_client_has_is_not_sent_again(visitor: Visitor) -> None:
    first = visitor.get("/downloads/penalties.csv")
    again = visitor.get(
        "/downloads/penalties.csv", headers={"if-none-match": first.headers["etag"]}
    )

    assert again.status_code == 304
    assert not again.content


def test_lists_come_with_their_basis(visitor: Visitor) -> None:
    answer = visitor.get("/api/v1/lists").json()

    assert [each["list_code"] for each in answer["lists"]] == ["yanzhong", "a-ji"]
    assert answer["lists"][0]["basis"]


def test_paging_a_list_names_its_release_and_covers_it(visitor: Visitor) -> None:
    seen: list[str] = []
    place: str | None = "/api/v1/lists/yanzhong?limit=2"
    while place:
        answer = visitor.get(place).json()
        seen += [entry["entry_id"] for entry in answer["entries"]]
        place = answer["next"]
        assert place is None or "release=4" in place

    assert seen == [opaque("e", 1), opaque("e", 2), opaque("e", 3)]


def test_a_superseded_page_is_410(visitor: Visitor) -> None:
    answer = visitor.get("/api/v1/lists/yanzhong?release=3&after=2")

    assert answer.status_code == 410
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["code"] == "superseded"


def test_changes_run_to_the_end_in_order(visitor: Visitor) -> None:
    since: int | None = 0
    lines: list[dict[str, Any]] = []
    while since is not None:
        answer = visitor.get(f"/api/v1/changes?since={since}&limit=100").json()
        lines += answer["changes"]
        since = answer["next"]

    assert [line["seq"] for line in lines] == sorted({line["seq"] for line in lines})
    assert len(lines) == ROWS + 5
    assert all(("entity" in line) is (line["op"] != "DEL") for line in lines)
    assert {line["op"] for line in lines} == {"ADD", "DEL"}


def test_changes_give_a_hundred_by_default(visitor: Visitor) -> None:
    answer = visitor.get("/api/v1/changes").json()

    assert len(answer["changes"]) == 100
    assert answer["next"] == 100
    assert set(answer) == {"release", "next", "changes"}


def test_one_party_comes_with_entries_and_penalties(visitor: Visitor) -> None:
    answer = visitor.get(f"/api/v1/parties/{FIRM}?limit=2").json()

    assert answer["party"]["uscc"] == FIRM
    assert [entry["list_code"] for entry in answer["entries"]] == ["yanzhong"]
    assert len(answer["penalties"]) == 2
    assert len(visitor.get(answer["next"]).json()["penalties"]) >= 1


def test_screening_answers_in_the_order_asked(visitor: Visitor) -> None:
    name = visitor.get("/api/v1/lists/yanzhong").json()["entries"][1]["party"]
    wide = name.translate({ord("2"): 0xFF12})

    answer = screen(visitor, {"codes": [code("91", 500), FIRM, "x"], "names": [wide, name[:-1]]})

    results = answer["results"]
    assert [result["query"] for result in results] == [code("91", 500), FIRM, "x", wide, name[:-1]]
    assert [len(result["matches"]) for result in results] == [0, 1, 0, 1, 0]
    assert results[1]["matches"][0] == {
        "list_code": "yanzhong",
        "colour": "black",
        "entry_id": opaque("e", 1),
        "party": results[1]["matches"][0]["party"],
        "uscc": FIRM,
        "score": 1.0,
        "until": "2029-03-01",
    }
    assert results[3]["matches"][0]["entry_id"] == opaque("e", 2)
    assert answer["release"] == 4


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"1", b"null", b'"x"', b'{"codes": "x"}', b'{"codes": [1]}',
        b'{"names": null}', b'{"codes": {"a": 1}}', b'{"evil": []}', b"\xff", b"[" * 100_000,
    ],
)  # fmt: skip
def test_a_wrong_screening_request_is_400(visitor: Visitor, body: bytes) -> None:
    answer = visitor.ask("POST", "/api/v1/screen", content=body)

    assert answer.status_code == 400
    assert answer.json()["code"] == "screen"


def test_screening_has_limits(visitor: Visitor) -> None:
    assert screen(visitor, {"codes": ["x"] * 10_001}, status=413)["code"] == "too_many"
    assert screen(visitor, {"names": ["长" * 1_000_000]}, status=413)["code"] == "too_large"
    assert len(screen(visitor, {"codes": ["x"] * 10_000})["results"]) == 10_000


def test_problems_are_rfc_9457_in_both_languages(visitor: Visitor) -> None:
    answer = visitor.get("/api/v1/lists/nothing")

    problem = answer.json()
    assert answer.status_code == problem["status"] == 404
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert {"type", "title", "detail", "title_en", "detail_en"} <= problem.keys()
    page, _, anchor = problem["type"].partition("#")
    assert f'id="{anchor}"' in visitor.get(page).text


def test_programs_of_other_sites_may_read_the_data(visitor: Visitor) -> None:
    for path in ("/api/v1/lists", "/downloads/penalties.csv", "/public/penalties.json"):
        assert visitor.get(path).headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in visitor.get("/").headers


def test_openapi_describes_exactly_the_routes(visitor: Visitor) -> None:
    described = visitor.get("/api/v1/openapi.json").json()
    api = [route for route in ROUTES if route.pattern.startswith("/api/")]

    for route in api:
        sample = route.pattern.replace("\\", "")
        path = re.sub(r"\(\?P<(\w+)>\[.*?\}\)", r"{\1}", sample)
        item = described["paths"].pop(path)
        assert {method.upper() for method in item} == route.methods, path
        operation = next(iter(item.values()))
        queries = {
            each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"
        }
        assert queries == route.params, path
    assert not described["paths"]


def test_answers_have_the_members_that_openapi_requires(visitor: Visitor) -> None:
    paths = document("", "")["paths"]
    schemas = document("", "")["components"]["schemas"]
    asked = {
        "/api/v1/releases/latest": "/api/v1/releases/latest",
        "/api/v1/lists": "/api/v1/lists",
        "/api/v1/lists/{code}": "/api/v1/lists/yanzhong",
        "/api/v1/changes": "/api/v1/changes",
        "/api/v1/parties/{uscc}": f"/api/v1/parties/{FIRM}",
    }

    for path, address in asked.items():
        content = paths[path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        schema = schemas[content["$ref"].split("/")[-1]] if "$ref" in content else content
        assert set(schema["required"]) <= visitor.get(address).json().keys(), path


def test_the_prepared_feed_is_the_file_of_the_release(visitor: Visitor) -> None:
    answer = visitor.get("/feeds/penalties.atom")

    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert answer.content.startswith(b"<feed")
    assert (
        visitor.get(
            "/feeds/penalties.atom", headers={"if-none-match": answer.headers["etag"]}
        ).status_code
        == 304
    )


@pytest.mark.parametrize("kind", ["rss", "atom", "json"])
def test_a_feed_takes_the_filters_of_the_search_page(visitor: Visitor, kind: str) -> None:
    answer = visitor.get(f"/feeds/penalties.{kind}?q=食品&kind=罚款&year=2026")

    assert answer.status_code == 200
    if kind == "json":
        links = [item["url"] for item in json.loads(answer.text)["items"]]
    else:
        links = [entry.link for entry in feedparser.parse(answer.content).entries]
    page = visitor.get("/search?q=食品&kind=罚款&year=2026").text
    shown = re.findall(r'href="/penalty/(p\w{15})"', page)
    assert [link.rpartition("/")[2] for link in links][: len(shown)] == shown


def test_a_feed_tells_what_ended(visitor: Visitor) -> None:
    atom = visitor.get("/feeds/penalties.atom?q=食品").text
    feed = json.loads(visitor.get("/feeds/penalties.json?q=食品").text)

    assert atom.count("deleted-entry") >= 2
    assert len(feed["_gongshi"]["deletions"]) == 2
