"""The desk over real HTTP: who may do what, and what becomes of a file."""

from __future__ import annotations

import csv
import io
import json
import re
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import httpx
import openpyxl
import pytest

from gongshi import desk, pipeline, questioning, reviewing
from gongshi.desk import naming, sessions, tokens
from gongshi.desk.deliveries import Deliveries, State
from gongshi.errors import UsageError
from gongshi.hosting import listen
from tests.desk_world import TODAY, Visitor, batches, invent, make_site, overrides, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gongshi.site import Site

    Visits = Callable[..., Visitor]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return make_site(tmp_path_factory.mktemp("desk"), files=6, upload_mib=8)


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    with serving(site) as place:
        yield place


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return invent(tmp_path_factory.mktemp("clean") / "a.csv", seed=11).read_bytes()


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("dirty")
    return invent(folder / "b.xlsx", 40, seed=12, dirty=True).read_bytes()


@pytest.fixture
def visits(site: Site, address: str) -> Iterator[Visits]:
    made: list[Visitor] = []

    def visit(agency: str = "", operator: str = "") -> Visitor:
        visitor = Visitor(address)
        made.append(visitor)
        if agency:
            _, secret = desk.new_token(site, agency, holder="示例甲", today=TODAY)
            visitor.sign_in(secret)
        elif operator:
            _, secret = desk.new_operator(site, operator, today=TODAY)
            visitor.sign_in(secret)
        return visitor

    yield visit
    for visitor in made:
        visitor.close()


# signing in


def test_a_stranger_is_led_to_the_door_whatever_they_ask_for(visits: Visits) -> None:
    stranger = visits()

    for place in ("/", "/files/0123", "/files/0123/marked.xlsx", "/batches/B20260302-0001"):
        assert stranger.http.get(place).url.path == "/sign-in"
    for place in ("/files", "/files/0123/submit", "/batches/B20260302-0001/approve"):
        assert stranger.http.post(place, data={"seal": "x"}).url.path == "/sign-in"


def test_a_wrong_token_opens_nothing_and_is_not_repeated(visits: Visits) -> None:
    stranger = visits()

    answer = stranger.sign_in("gongshi-不是令牌")

    assert answer.status_code == 403
    assert "令牌不对" in answer.text
    assert "不是令牌" not in answer.text
    assert "gongshi-desk" not in stranger.http.cookies


def test_the_form_of_the_door_must_be_ours(site: Site, visits: Visits) -> None:
    _, secret = desk.new_token(site, "jia-shi", holder="", today=TODAY)
    stranger = visits()

    answer = stranger.http.post("/sign-in", data={"seal": "guessed", "token": secret})

    assert answer.status_code == 403
    assert "gongshi-desk" not in stranger.http.cookies


def test_the_cookie_is_kept_from_scripts_and_other_sites(site: Site, visits: Visits) -> None:
    _, secret = desk.new_token(site, "jia-shi", holder="", today=TODAY)
    stranger = visits()
    seal = stranger.seal("/sign-in")

    answer = stranger.http.post(
        "/sign-in", data={"seal": seal, "token": secret}, follow_redirects=False
    )

    (cookie,) = (
        text for text in answer.headers.get_list("set-cookie") if text.startswith("gongshi-desk=")
    )
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert secret not in cookie


def test_a_revoked_token_ends_the_session_at_once(site: Site, visits: Visits) -> None:
    token, secret = desk.new_token(site, "jia-shi", holder="", today=TODAY)
    clerk = visits()
    assert clerk.sign_in(secret).url.path == "/"

    desk.revoke(site.var, token.id, today=TODAY)

    assert clerk.http.get("/").url.path == "/sign-in"
    assert clerk.sign_in(secret).status_code == 403


def test_a_token_is_kept_as_a_hash_in_a_file_of_its_owner_alone(site: Site) -> None:
    token, secret = desk.new_token(site, "yi-shi", holder="示例乙", today=TODAY)
    file = site.var / tokens.FILE

    assert secret not in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o777 == 0o600
    assert token in desk.listed(site.var)
    assert tokens.recognise(site.var, secret) == token


@pytest.mark.parametrize("agency", ["standard", "standard-list", "standard-event", "nowhere"])
def test_templates_and_unknown_agencies_get_no_token(site: Site, agency: str) -> None:
    with pytest.raises(UsageError, match="jia-shi"):
        desk.new_token(site, agency, holder="", today=TODAY)


def test_a_damaged_token_file_is_told_and_lets_nobody_in(tmp_path: Path) -> None:
    (tmp_path / tokens.FILE).write_text("{", encoding="utf-8")

    with pytest.raises(UsageError, match="已损坏"):
        tokens.recognise(tmp_path, "gongshi-x")


def test_an_address_that_fails_too_often_must_wait() -> None:
    now = [0.0]
    attempts = sessions.Attempts(lambda: now[0])
    for _ in range(sessions.TRIES):
        assert not attempts.are_too_many("192.0.2.1")
        attempts.note("192.0.2.1")

    assert attempts.are_too_many("192.0.2.1")
    assert not attempts.are_too_many("192.0.2.2")
    now[0] += sessions.WINDOW_S + 1
    assert not attempts.are_too_many("192.0.2.1")


def test_guessing_is_stopped_over_http_too(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    _, secret = desk.new_token(site, "jia-shi", holder="", today=TODAY)
    with serving(site) as place:
        visitor = Visitor(place)
        for _ in range(sessions.TRIES):
            visitor.sign_in("gongshi-wrong")

        answer = visitor.sign_in(secret)
        visitor.close()

    assert answer.status_code == 429
    assert "五分钟" in answer.text


def test_a_session_ends_by_idling_and_by_age() -> None:
    now = [0.0]
    kept = sessions.Sessions(idle_s=60, longest_s=100, clock=lambda: now[0])
    token = tokens.Token(id="a", agency="jia-shi", holder="", sha256="", created_on="")
    valid = frozenset({"a"})
    idle, busy = kept.open(token), kept.open(token)

    for now[0] in (40.0, 80.0):
        assert kept.find(busy.id, valid)
    assert kept.find(idle.id, valid) is None
    assert kept.find(busy.id, frozenset()) is None
    now[0] = 101.0
    assert kept.find(busy.id, valid) is None
    assert kept.keep(valid) == frozenset()


# requests from elsewhere

FOREIGN = (
    ({"host": "evil.example"}, 400),
    ({"host": "127.0.0.1.evil.example"}, 400),
    ({"host": "localhost@evil.example"}, 400),
    ({"origin": "http://evil.example"}, 403),
    ({"origin": "null"}, 403),
    ({"origin": "http://127.0.0.1:1"}, 403),
    ({"sec-fetch-site": "cross-site"}, 403),
    ({"sec-fetch-site": "same-site"}, 403),
)


@pytest.mark.parametrize(("headers", "status"), FOREIGN)
def test_a_form_of_another_site_is_not_heard(
    visits: Visits, clean: bytes, headers: dict[str, str], status: int
) -> None:
    clerk = visits("jia-shi")
    seal = clerk.seal()

    answer = clerk.http.post(
        "/files", data={"seal": seal}, files={"file": ("a.csv", clean)}, headers=headers
    )

    assert answer.status_code == status
    assert "csv" not in clerk.http.get("/").text.split("这次的文件")[1].split("以往批次")[0]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9", "[::1]:8002", "LOCALHOST:8002"])
def test_this_machine_is_answered_by_its_own_names(visits: Visits, host: str) -> None:
    assert visits().http.get("/sign-in", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "place", ["/files/{}/submit", "/files/{}/discard", "/sign-out", "/batches/x/approve"]
)
def test_every_form_needs_its_seal(visits: Visits, clean: bytes, place: str) -> None:
    clerk = visits("jia-shi")
    page = clerk.bring("a.csv", clean)
    target = place.format(page.url.path.split("/")[-1])

    for seal in ({}, {"seal": ""}, {"seal": visits("jia-shi").seal()}):
        assert clerk.http.post(target, data=seal).status_code == 403
    assert clerk.http.get(page.url.path).status_code == 200


def test_an_upload_without_seal_leaves_nothing_on_disk(
    site: Site, visits: Visits, clean: bytes
) -> None:
    clerk = visits("jia-shi")
    before = sorted((site.var / "desk").iterdir())

    bare = clerk.http.post("/files", files={"file": ("a.csv", clean)})
    late = clerk.http.post(
        "/files", files=[("file", ("a.csv", clean)), ("seal", (None, clerk.seal()))]
    )

    assert (bare.status_code, late.status_code) == (403, 403)
    assert sorted((site.var / "desk").iterdir()) == before


def test_every_answer_has_the_headers_of_a_private_page(visits: Visits) -> None:
    clerk = visits("jia-shi")

    for place in ("/", "/nowhere", "/sign-in", "/static/desk.js", "/static/../../var/secret.key"):
        headers = clerk.http.get(place).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


# a file on its way


def test_a_file_goes_from_check_to_batch_and_its_original_is_gone(
    site: Site, visits: Visits, dirty: bytes
) -> None:
    clerk = visits("jia-shi")
    page = clerk.bring("三月处罚.xlsx", dirty)
    home = page.url.path
    folder = site.var / "desk" / home.split("/")[-1]
    report = json.loads(clerk.http.get(f"{home}/report.json").content)["files"][0]

    assert "三月处罚.xlsx" in page.text
    assert (folder / "三月处罚.xlsx").exists()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert report["file"] == "三月处罚.xlsx"
    assert report["refused"] > 0
    first = next(one for one in report["findings"] if one["severity"] == "error")
    assert f"{first['column']}{first['row']}" in page.text
    assert batches(site) == []

    done = clerk.act(f"{home}/submit")

    assert "已报送，批次号" in done.text
    assert "待批准" in done.text
    assert batches(site) == [("jia-shi", None)]
    assert not (folder / "三月处罚.xlsx").exists()
    assert clerk.http.get(f"{home}/marked.xlsx").status_code == 200
    assert clerk.http.post(f"{home}/submit", data={"seal": clerk.seal()}).status_code == 409


def test_the_mended_workbook_brings_only_what_changed(visits: Visits, tmp_path: Path) -> None:
    clerk = visits("yi-shi")
    content = invent(tmp_path / "c.xlsx", 15, seed=21).read_bytes()
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    titles = [cell.value for cell in sheet[1]]
    number = titles.index("行政处罚决定书文号") + 1
    was, sheet.cell(4, number).value = sheet.cell(4, number).value, None
    broken = io.BytesIO()
    book.save(broken)

    page = clerk.bring("四月.xlsx", broken.getvalue())
    first = clerk.act(f"{page.url.path}/submit")
    marked = clerk.http.get(f"{page.url.path}/marked.xlsx")
    again = openpyxl.load_workbook(io.BytesIO(marked.content))
    again.worksheets[0].cell(4, number).value = was
    mended = io.BytesIO()
    again.save(mended)
    second = clerk.act(f"{clerk.bring('四月-改.xlsx', mended.getvalue()).url.path}/submit")

    assert "15 行：接收 14，拒收 1，无变化 0" in clerk.http.get("/").text
    assert "拒收的 1 行没有入库" in first.text
    assert "filename*=" in marked.headers["content-disposition"]
    assert "15 行：接收 1，拒收 0，无变化 14" in clerk.http.get("/").text
    assert "已报送，批次号" in second.text


def test_the_same_file_twice_says_that_nothing_is_new(visits: Visits, tmp_path: Path) -> None:
    clerk = visits("yi-shi")
    content = invent(tmp_path / "d.csv", 8, seed=31).read_bytes()
    _, done = (clerk.act(f"{clerk.bring('五月.csv', content).url.path}/submit") for _ in range(2))

    assert "没有新的内容" in done.text
    assert clerk.http.get("/").text.count(">五月.csv<") == 3  # two of this session, one batch


def test_clerks_do_not_see_each_others_files_or_batches(visits: Visits, clean: bytes) -> None:
    clerk, colleague, other = visits("jia-shi"), visits("jia-shi"), visits("yi-shi")
    page = clerk.bring("机密.csv", clean)
    clerk.act(f"{page.url.path}/submit")
    batch = page.url.path and clerk.http.get("/").text.split("/batches/")[1][:14]

    for stranger in (colleague, other):
        assert "机密.csv" not in stranger.http.get("/").text.split("以往批次")[0]
        for place in ("", "/state", "/marked.xlsx", "/report.txt", "/report.csv"):
            assert stranger.http.get(page.url.path + place).status_code == 404
        for act in ("submit", "discard"):
            seal = {"seal": stranger.seal()}
            assert stranger.http.post(f"{page.url.path}/{act}", data=seal).status_code == 404
    assert colleague.http.get(f"/batches/{batch}").status_code == 200
    assert "机密.csv" not in other.http.get("/").text
    for place in ("", "/report.txt", "/report.json"):
        assert other.http.get(f"/batches/{batch}{place}").status_code == 404


def test_discarding_and_signing_out_delete_the_files(
    site: Site, visits: Visits, clean: bytes
) -> None:
    clerk = visits("jia-shi")
    first, second = (clerk.bring("a.csv", clean).url.path for _ in range(2))
    folders = [site.var / "desk" / place.split("/")[-1] for place in (first, second)]

    clerk.act(f"{first}/discard")
    assert [folder.exists() for folder in folders] == [False, True]
    clerk.act("/sign-out")
    assert [folder.exists() for folder in folders] == [False, False]
    assert clerk.http.get("/").url.path == "/sign-in"


def test_files_of_an_ended_session_are_swept(tmp_path: Path) -> None:
    now = [0.0]
    kept = Deliveries(tmp_path / "desk", held_s=100, clock=lambda: now[0])
    kept.open()
    named = {
        state: kept.begin(owner="gone", agency="jia-shi", sent_name="a.csv")
        for state in (State.READY, State.HELD, State.SENDING)
    }
    mine = kept.begin(owner="here", agency="jia-shi", sent_name="a.csv")
    for state, one in named.items():
        one.state = state

    kept.sweep(frozenset({"here"}))
    assert [one.folder.exists() for one in (*named.values(), mine)] == [False, True, True, True]
    now[0] = 101.0
    kept.sweep(frozenset({"here"}))
    assert [one.folder.exists() for one in (*named.values(), mine)] == [False, False, True, True]


def test_a_restart_leaves_no_file_behind(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    left = site.var / "desk" / "old" / "a.csv"
    left.parent.mkdir(parents=True)
    left.write_text("张示例", encoding="utf-8")

    with serving(site):
        assert not left.exists()
    assert not (site.var / "desk").exists()


# hostile and broken

NAMES = (
    "../../../etc/passwd",
    "..\\..\\windows\\system.ini",
    "a/b/c.csv",
    "/etc/cron.d/x",
    "\x00.csv",
    "<script>alert(1)</script>.csv",
    "名字" * 200 + ".csv",
    ".",
    "..",
    "-rf.csv",
    "\u202ecsv.exe",
    'a"; filename="b.csv',
    "$(reboot).csv",
    "CON.csv",
)


@pytest.mark.parametrize("name", NAMES)
def test_no_name_leads_out_of_its_folder(name: str) -> None:
    label = naming.label(naming.shown(name))

    assert label
    assert "/" not in label
    assert "\\" not in label
    assert not label.startswith(".")
    assert len(label.encode()) < 240


@pytest.mark.parametrize("name", [name for name in NAMES if "\x00" not in name])
def test_a_hostile_name_is_text_and_nothing_else(
    site: Site, visits: Visits, clean: bytes, name: str
) -> None:
    clerk = visits("jia-shi")

    page = clerk.bring(name, clean)

    assert page.status_code == 200
    assert "<script>alert" not in page.text
    folder = site.var / "desk" / page.url.path.split("/")[-1]
    assert len([file for file in folder.iterdir() if not file.name.startswith("report.")]) == 2
    assert clerk.http.get(f"{page.url.path}/marked.xlsx").status_code == 200


BROKEN = (
    ("空.csv", b"", "F01"),
    ("照片.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 400, "F05"),
    ("坏.xlsx", b"PK\x03\x04" + b"\0" * 400, "F0"),
    ("别的.csv", "一,二\n1,2\n".encode(), "F0"),
)


@pytest.mark.parametrize(("name", "content", "rule"), BROKEN)
def test_an_unusable_file_is_refused_kindly(
    visits: Visits, name: str, content: bytes, rule: str
) -> None:
    clerk = visits("jia-shi")

    page = clerk.bring(name, content)

    assert page.status_code == 200
    assert "整份文件不能使用" in page.text
    assert rule in page.text
    assert "Traceback" not in page.text
    assert "/submit" not in page.text
    assert str(clerk.http.get(f"{page.url.path}/report.txt").text).startswith(name)


def test_too_much_is_refused_before_and_while_it_arrives(
    site: Site, visits: Visits, clean: bytes
) -> None:
    clerk = visits("jia-shi")
    before = sorted((site.var / "desk").iterdir())
    seal, huge = clerk.seal(), b"x" * (9 << 20)

    told = clerk.http.post("/files", data={"seal": seal}, files={"file": ("a.csv", huge)})
    untold = clerk.http.post(
        "/files",
        content=_in_pieces(seal, huge),
        headers={"content-type": "multipart/form-data; boundary=xx"},
    )

    for answer in (told, untold):
        assert answer.status_code == 413
        assert "8 MB" in answer.text
    assert sorted((site.var / "desk").iterdir()) == before
    for _ in range(6):
        clerk.bring("a.csv", clean)
    assert "同时最多 6 份" in clerk.bring("a.csv", clean).text


def _in_pieces(seal: str, content: bytes) -> Iterator[bytes]:
    yield f'--xx\r\ncontent-disposition: form-data; name="seal"\r\n\r\n{seal}\r\n'.encode()
    yield b'--xx\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    for start in range(0, len(content), 65536):
        yield content[start : start + 65536]
    yield b"\r\n--xx--\r\n"


BAD_FORMS = (
    ("text/plain", b"x"),
    ("multipart/form-data", b"x"),
    ("multipart/form-data; boundary=xx", b"nonsense"),
    ("multipart/form-data; boundary=xx", b"--xx\r\n"),
    ("multipart/form-data; boundary=" + "x" * 300, b"--x"),
    ("multipart/form-data; boundary=xx", b"--xx--\r\n"),
    (
        "multipart/form-data; boundary=xx",
        b'--xx\r\ncontent-disposition: form-data; name="seal"\r\n\r\n' + b"s" * 9000,
    ),
    ("multipart/form-data; boundary=xx", b"--xx\r\n" + b"a: b\r\n" * 500 + b"\r\n"),
)


@pytest.mark.parametrize(("kind", "body"), BAD_FORMS)
def test_a_broken_form_is_told_and_harms_nothing(visits: Visits, kind: str, body: bytes) -> None:
    clerk = visits("jia-shi")

    answer = clerk.http.post("/files", content=body, headers={"content-type": kind})

    assert answer.status_code == 400
    assert clerk.http.get("/").status_code == 200


def test_a_cut_upload_leaves_nothing(site: Site, address: str, visits: Visits) -> None:
    clerk = visits("jia-shi")
    before = sorted((site.var / "desk").iterdir())
    host, port = address.removeprefix("http://").split(":")
    pieces = _in_pieces(clerk.seal(), b"x" * 200_000)
    head = (
        f"POST /files HTTP/1.1\r\nHost: {host}:{port}\r\n"
        f"Cookie: gongshi-desk={clerk.http.cookies['gongshi-desk']}\r\n"
        "Content-Type: multipart/form-data; boundary=xx\r\nContent-Length: 200400\r\n\r\n"
    )

    with socket.create_connection((host, int(port))) as line:
        line.sendall(head.encode() + next(pieces) + next(pieces) + next(pieces))
        _until(lambda: len(list((site.var / "desk").iterdir())) == len(before) + 1)

    _until(lambda: sorted((site.var / "desk").iterdir()) == before)


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_while_one_file_is_taken_in_another_is_told_to_wait_and_pages_answer(
    visits: Visits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, other = visits("jia-shi"), visits("yi-shi")
    places = [
        visitor.bring(
            "六月.csv", invent(tmp_path / f"{seed}.csv", 6, seed=seed).read_bytes()
        ).url.path
        for visitor, seed in ((clerk, 41), (other, 42))
    ]
    gate, ingest = threading.Event(), pipeline.ingest

    def slow(*args: object, **named: object) -> object:
        assert gate.wait(30)
        return ingest(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "ingest", slow)

    first = clerk.http.post(f"{places[0]}/submit", data={"seal": clerk.seal()})
    second = other.http.post(f"{places[1]}/submit", data={"seal": other.seal()})
    again = clerk.http.post(f"{places[0]}/submit", data={"seal": clerk.seal()})
    gone = clerk.http.post(f"{places[0]}/discard", data={"seal": clerk.seal()})
    gate.set()

    assert "正在把" in first.text
    assert (second.status_code, again.status_code, gone.status_code) == (409, 409, 409)
    assert "正在入库另一份文件" in second.text
    assert "已报送" in clerk.settled(first).text
    assert "已报送" in other.act(f"{places[1]}/submit").text


def test_a_locked_registry_is_told_and_can_be_tried_again(
    site: Site, visits: Visits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongshi.registry.BUSY_MS", 100)
    clerk = visits("jia-shi")
    content = invent(tmp_path / "e.csv", 6, seed=51).read_bytes()
    place = clerk.bring("七月.csv", content).url.path
    holder = sqlite3.connect(site.registry, isolation_level=None)
    holder.execute("begin immediate")

    stopped = clerk.act(f"{place}/submit")
    holder.execute("rollback")
    holder.close()
    done = clerk.act(f"{place}/submit")

    assert "登记库正被另一个程序使用" in stopped.text
    assert "已报送" in done.text


def test_a_fault_of_ours_shows_no_traceback(
    visits: Visits, clean: bytes, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object, **__: object) -> object:
        raise ValueError("示例有限公司")

    clerk = visits("jia-shi")
    monkeypatch.setattr(pipeline, "check", fails)
    page = clerk.bring("a.csv", clean)
    monkeypatch.setattr("gongshi.desk.batches.latest", fails)
    home = clerk.http.get("/")

    assert "系统没有完成这一步" in page.text
    assert home.status_code == 500
    for text in (page.text, home.text, capfd.readouterr().err):
        assert "示例有限公司" not in text
        assert "Traceback" not in text


def test_the_log_names_no_token_no_file_and_no_content(
    visits: Visits, clean: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    clerk = visits("jia-shi")
    clerk.act(f"{clerk.bring('不入日志.csv', clean).url.path}/submit")

    told = capfd.readouterr()

    for word in ("不入日志", "gongshi-", "jia-shi", clean.decode("utf-8-sig").splitlines()[1][:8]):
        assert word not in told.out + told.err


# operators


def test_an_operator_approves_under_the_name_of_the_token(
    site: Site, visits: Visits, tmp_path: Path
) -> None:
    clerk, operator = visits("jia-shi"), visits(operator="示例丙")
    place = clerk.bring("八月.csv", invent(tmp_path / "f.csv", 6, seed=61).read_bytes()).url.path
    clerk.act(f"{place}/submit")
    batch = clerk.http.get("/").text.split("/batches/")[1][:14]
    seal = {"seal": clerk.seal()}
    assert clerk.http.post(f"/batches/{batch}/approve", data=seal).status_code == 403
    assert "八月.csv" in operator.http.get("/").text
    report = operator.http.get(f"/batches/{batch}/report.txt").text
    assert report.startswith("八月.csv(机构 jia-shi")
    assert report.splitlines()[1].strip() in operator.http.get(f"/batches/{batch}").text

    answer = operator.act(f"/batches/{batch}/approve")

    assert "批准：示例丙" in answer.text
    assert "已批准，下一期公示" in clerk.http.get("/").text
    again = operator.http.post(f"/batches/{batch}/approve", data={"seal": operator.seal()})
    assert again.status_code == 409
    assert "已由 示例丙 放行" in again.text
    pipeline.publish(site, today=TODAY)
    assert "已公示（第 1 期起）" in clerk.http.get("/").text


def test_an_operator_neither_submits_nor_sees_what_clerks_have_not_sent(
    visits: Visits, clean: bytes
) -> None:
    clerk, operator = visits("jia-shi"), visits(operator="示例丁")
    place = clerk.bring("草稿.csv", clean).url.path

    assert "草稿.csv" not in operator.http.get("/").text
    assert operator.http.get(place).status_code == 404
    answer = operator.http.post(
        "/files", data={"seal": operator.seal()}, files={"file": ("a.csv", clean)}
    )
    assert answer.status_code == 403


def test_a_file_that_a_gate_stops_waits_for_an_operator_with_a_reason(
    site: Site, visits: Visits, tmp_path: Path
) -> None:
    clerk, other = visits("bing-shi"), visits("bing-shi")
    operator = visits(operator="示例戊")
    page = clerk.bring("少.csv", invent(tmp_path / "g.csv", 5, seed=91).read_bytes())
    place = page.url.path
    assert "整份文件会被拦截" in page.text
    assert "G01" in page.text
    assert operator.http.get(place).status_code == 404

    held = clerk.act(f"{place}/submit")
    assert "等待运维人员" in held.text
    assert overrides(site) == []
    for stranger in (clerk, other):
        answer = stranger.http.post(f"{place}/override", data={"seal": stranger.seal()})
        assert answer.status_code == 403
    assert other.http.get(place).status_code == 404
    assert "少.csv" in operator.http.get("/").text
    for reason in ("", "当事人电话 13800138000"):
        seal = {"seal": operator.seal(), "reason": reason}
        assert operator.http.post(f"{place}/override", data=seal).status_code == 409
    clerk.act("/sign-out")

    done = operator.act(f"{place}/override", reason="已电话核实，确为五条")

    assert "已报送，批次号" in done.text
    assert overrides(site) == [("bing-shi", "示例戊", "已电话核实，确为五条")]
    assert "少.csv" not in operator.http.get("/").text.split("全部批次")[0]


def test_every_page_is_there_in_english_too(visits: Visits, clean: bytes) -> None:
    clerk = visits("jia-shi")
    place = clerk.bring("a.csv", clean).url.path

    for page in ("/", place, "/nowhere"):
        text = clerk.http.get(page, params={"lang": "en"}).text
        assert '<html lang="en">' in text
        assert "Sign out" in text
    assert re.search(r"Submit \([0-9]+ rows\)", clerk.http.get(place, params={"lang": "en"}).text)


def test_programs_get_a_problem_as_json(visits: Visits) -> None:
    answer = visits("jia-shi").http.post(
        "/files", content=b"", headers={"accept": "application/json", "content-type": "text/plain"}
    )

    assert answer.status_code == 400
    assert answer.json()["title"] == "表单不完整"


def test_a_site_has_one_desk_and_a_killed_one_leaves_room(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    order = [sys.executable, "-m", "gongshi", "--root", str(site.root), "desk", "--port", "0"]
    left = site.var / "desk" / "00" / "a.csv"

    with subprocess.Popen(order, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert "http://127.0.0.1:" in first.stdout.readline()
        left.parent.mkdir()
        left.write_text("甲", encoding="utf-8")
        second = subprocess.run(order, capture_output=True, text=True, check=False, timeout=60)
        assert (second.returncode, second.stdout) == (2, "")
        assert "已经开着" in second.stderr
        assert "is open already" in second.stderr
        assert left.exists()
        first.kill()

    with closing(listen(0)) as door, pytest.raises(RuntimeError, match="opened"):
        desk.run(site, at=door, today=lambda: TODAY, ready=_stop)
    assert not left.exists()


def _stop(_: str) -> None:
    raise RuntimeError("opened")


def test_no_other_method_is_heard(address: str) -> None:
    for method in ("PUT", "DELETE", "OPTIONS", "TRACE"):
        assert httpx.request(method, f"{address}/sign-in").status_code == 405


def test_an_operator_decides_what_becomes_of_a_missing_record_and_a_clerk_cannot(
    visits: Visits, tmp_path: Path, site: Site
) -> None:
    home = site.ingest / "yi-shi" / "agency.yml"
    before = home.read_text("utf-8")
    home.write_text(before + "delivery: full\n", encoding="utf-8")
    clerk, operator = visits("yi-shi"), visits(operator="示例庚")
    lines = invent(tmp_path / "m.csv", 6, seed=63).read_text("utf-8-sig").splitlines(keepends=True)
    for name, part in (("全.csv", lines), ("缺.csv", lines[:-1])):
        place = clerk.bring(name, "".join(part).encode()).url.path
        clerk.act(f"{place}/submit")
    home.write_text(before, encoding="utf-8")
    asked = [one for one in questioning.listed(site, "yi-shi") if one.batch == one.last]
    one = asked[-1]

    assert one.doc_no in operator.http.get("/").text
    place = f"/missing/{one.id}"
    assert clerk.act(place, decide="keep", reason="漏报").status_code == 403
    assert operator.act(place, decide="mask", reason="漏报").status_code == 400
    done = operator.act(place, decide="keep", reason="报送单位漏报")

    assert f"/missing/{one.id}" not in done.text
    (kept,) = (each for each in questioning.listed(site, answered=True) if each.id == one.id)
    assert (kept.answer, kept.by) == ("keep", "示例庚")


def test_an_operator_decides_doubts_and_a_clerk_cannot(
    site: Site, visits: Visits, tmp_path: Path
) -> None:
    clerk, operator = visits("yi-shi"), visits(operator="示例己")
    table = invent(tmp_path / "d.csv", 6, seed=62).read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table)))
    rows[3][rows[0].index("违法事实")] += "其本人患有关节炎。"
    rows[4][rows[0].index("违法事实")] += "其本人患有糖尿病。"
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    place = clerk.bring("九月.csv", out.getvalue().encode()).url.path
    clerk.act(f"{place}/submit")
    batch = clerk.http.get("/").text.split("/batches/")[1][:14]
    queue = f"/batches/{batch}/review"
    assert clerk.http.get(queue).status_code == 403
    assert clerk.act(f"{queue}/1", decide="keep").status_code == 403

    assert queue in operator.http.get("/").text
    assert queue in operator.http.get(f"/batches/{batch}").text
    assert "关节炎" not in operator.http.get(queue).text
    assert "关节炎" in operator.http.get(f"{queue}?original=1").text
    assert operator.http.post(f"{queue}/1", data={"decide": "keep"}).status_code == 403
    assert operator.act(f"{queue}/1", decide="nothing").status_code == 400
    answer = operator.act(f"{queue}/1", decide="keep")

    assert f"{queue}/1" not in answer.text
    assert f"{queue}/2" in answer.text
    assert "没有待复核" in operator.act(f"{queue}/2", decide="mask").text
    decided = [(one.decision, one.by) for one in reviewing.listed(site, batch, decided=True)]
    assert decided == [("keep", "示例己"), ("mask", "示例己")]
