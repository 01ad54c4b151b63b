"""Delivery to a real HTTP receiver that fails in every way: nothing lost, nothing counted early."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from gongshi import sync
from gongshi.declarations.platform import PlatformSpec, load_platforms
from gongshi.errors import SpecError, UsageError
from gongshi.sync import sender

from . import publishing
from .publishing import Registry

Reaction = Callable[["Handler"], None]
TOKEN = {"GONGSHI_TEST_TOKEN": "invented"}


@dataclass
class Platform:
    """A receiver that applies lines with higher sequence numbers, and can be told to misbehave."""

    reactions: list[Reaction] = field(default_factory=list)
    requests: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    held: dict[str, Any] = field(default_factory=dict)
    seq: int = 0

    def apply(self, content: dict[str, Any]) -> None:
        for line in content["changes"]:
            if line["seq"] <= self.seq:
                continue
            self.seq = line["seq"]
            if line["op"] == "DEL":
                self.held.pop(line["id"], None)
            else:
                self.held[line["id"]] = line["entity"]


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the platform's next reaction; without one it accepts."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_POST(self) -> None:
        platform = self.server.platform
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        platform.requests.append((dict(self.headers.items()), body))
        self.content = body
        reaction = platform.reactions.pop(0) if platform.reactions else accept
        reaction(self)

    def answer(self, status: int, body: bytes = b"{}", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """The receiver's server."""

    daemon_threads = True

    def __init__(self, platform: Platform) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.platform = platform

    def handle_error(self, *_: object) -> None:
        """Clients that hang up are part of these tests."""


def accept(handler: Handler) -> None:
    handler.server.platform.apply(handler.content)
    handler.answer(200, json.dumps({"acknowledged": handler.content["to"]}).encode())


def fail(status: int, **headers: str) -> Reaction:
    return lambda handler: handler.answer(status, b"no", **headers)


def cut_after_applying(handler: Handler) -> None:
    handler.server.platform.apply(handler.content)
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"acknowledged":')
    handler.close_connection = True


def hang_up(handler: Handler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def drip_body(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        time.sleep(0.1)


def drip_header(handler: Handler) -> None:
    for _ in range(100):
        handler.wfile.write(b"H")
        handler.wfile.flush()
        time.sleep(0.1)


def flood(handler: Handler) -> None:
    handler.answer(200, b" " * (sender.MAX_ANSWER_BYTES * 4))


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def server(platform: Platform) -> Iterator[Server]:
    server = Server(platform)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    registry = publishing.make(tmp_path / "site")
    for _ in range(5):
        registry.add()
    registry.publish()
    return registry


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "_BACKOFF_S", 0.01)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # must be ignored


def spec(server: Server, **values: object) -> PlatformSpec:
    return PlatformSpec.model_validate(
        {
            "code": "jia",
            "title": "甲平台",
            "url": f"http://127.0.0.1:{server.server_port}/changes",
            "token": "env:GONGSHI_TEST_TOKEN",
            "batch": 2,
            "timeout_s": 5,
            "attempts": 3,
            "private_network": True,
        }
        | values
    )


def deliver(registry: Registry, *specs: PlatformSpec) -> list[dict[str, Any]]:
    return sync.deliver(registry.conn, registry.site, specs, environ=TOKEN)


def in_force(registry: Registry) -> set[str]:
    query = "select penalty_id from penalties where shown = 1"
    return {penalty_id for (penalty_id,) in registry.conn.execute(query)}


def receipts(registry: Registry) -> list[tuple[int, int, int, int]]:
    query = "select from_seq, to_seq, status, ok from receipts order by receipt_id"
    return registry.conn.execute(query).fetchall()


def test_everything_arrives_once_and_in_order(
    registry: Registry, platform: Platform, server: Server
) -> None:
    (row,) = deliver(registry, spec(server))

    assert row == {
        "platform": "jia",
        "sent": 5,
        "acknowledged": 5,
        "pending": 0,
        "failed": 0,
        "error": "",
    }
    assert [[line["seq"] for line in body["changes"]] for _, body in platform.requests] == [
        [1, 2],
        [3, 4],
        [5],
    ]
    assert set(platform.held) == in_force(registry)
    assert receipts(registry) == [(0, 2, 200, 1), (2, 4, 200, 1), (4, 5, 200, 1)]
    headers, body = platform.requests[0]
    assert headers["Authorization"] == "Bearer invented"
    assert len(headers["Idempotency-Key"]) == 32
    assert (body["platform"], body["release"], body["since"], body["to"]) == ("jia", 1, 0, 2)


def test_a_second_run_sends_nothing(registry: Registry, platform: Platform, server: Server) -> None:
    deliver(registry, spec(server))

    (row,) = deliver(registry, spec(server))

    assert (row["sent"], len(platform.requests)) == (0, 3)


def test_an_ending_is_delivered_without_a_word_of_what_it_was(
    registry: Registry, platform: Platform, server: Server
) -> None:
    secret = registry.add(facts="独有的旧事实")
    registry.publish()
    registry.end(secret)
    registry.publish()

    deliver(registry, spec(server))

    assert "独有的旧事实" not in json.dumps(platform.requests, ensure_ascii=False)
    assert platform.requests[-1][1]["changes"][-1]["op"] == "DEL"
    assert set(platform.held) == in_force(registry)


TRANSIENT: dict[str, Reaction] = {
    "500": fail(500),
    "503": fail(503),
    "429 with seconds": fail(429, Retry_After="0"),
    "429 with a date": fail(429, Retry_After=formatdate(0, usegmt=True)),
    "cut answer": cut_after_applying,
    "hung up": hang_up,
}


@pytest.mark.parametrize("reaction", TRANSIENT.values(), ids=TRANSIENT)
def test_a_passing_failure_is_tried_again_under_the_same_key(
    registry: Registry, platform: Platform, server: Server, reaction: Reaction
) -> None:
    platform.reactions = [reaction]

    (row,) = deliver(registry, spec(server))

    assert (row["acknowledged"], row["failed"], row["pending"]) == (5, 0, 0)
    assert platform.requests[0][0]["Idempotency-Key"] == platform.requests[1][0]["Idempotency-Key"]
    assert platform.requests[0][1] == platform.requests[1][1]
    assert set(platform.held) == in_force(registry)


LASTING: dict[str, tuple[Reaction, int, int]] = {
    "500 every time": (fail(500), 500, 3),
    "too long a pause": (fail(429, Retry_After="3600"), 429, 1),
    "400": (fail(400), 400, 1),
    "401": (fail(401), 401, 1),
    "redirect": (fail(302, Location="http://127.0.0.1:9/"), 302, 1),
    "flood": (flood, 200, 1),
    "a lie": (lambda h: h.answer(200, b'{"acknowledged": 99}'), 200, 1),
    "no progress": (lambda h: h.answer(200, b'{"acknowledged": 0}'), 200, 1),
}


@pytest.mark.parametrize(("reaction", "status", "attempts"), LASTING.values(), ids=LASTING)
def test_a_lasting_failure_moves_no_cursor_and_is_told(
    registry: Registry,
    server: Server,
    reaction: Reaction,
    status: int,
    attempts: int,
) -> None:
    platform = server.platform
    platform.reactions = [reaction] * 10

    (row,) = deliver(registry, spec(server))

    assert (row["sent"], row["acknowledged"], row["pending"], row["failed"]) == (2, 0, 5, 2)
    assert row["error"]
    assert len(platform.requests) == attempts
    assert receipts(registry) == [(0, 2, status, 0)]
    (now,) = sync.status(registry.conn, registry.site, [spec(server)])
    assert (now["pending"], now["failed"]) == (5, 5)
    platform.reactions = []
    (row,) = deliver(registry, spec(server))
    assert (row["pending"], set(platform.held)) == (0, in_force(registry))


@pytest.mark.parametrize("reaction", [drip_body, drip_header])
def test_dripping_ends_at_the_deadline(
    registry: Registry, platform: Platform, server: Server, reaction: Reaction
) -> None:
    platform.reactions = [reaction] * 3
    began = time.monotonic()

    (row,) = deliver(registry, spec(server, timeout_s=0.4, attempts=2))

    assert time.monotonic() - began < 3
    assert (row["acknowledged"], row["failed"]) == (0, 2)
    assert "时限" in row["error"]


def test_a_partial_acknowledgement_goes_on_from_there(
    registry: Registry, platform: Platform, server: Server
) -> None:
    platform.reactions = [lambda handler: handler.answer(200, b'{"acknowledged": 1}')]

    (row,) = deliver(registry, spec(server))

    assert [body["since"] for _, body in platform.requests] == [0, 1, 3]
    assert (row["sent"], row["acknowledged"], row["pending"]) == (5, 5, 0)


def test_an_empty_success_acknowledges_all_of_it(
    registry: Registry, platform: Platform, server: Server
) -> None:
    platform.reactions = [lambda handler: handler.answer(204, b"")] * 3

    assert deliver(registry, spec(server))[0]["acknowledged"] == 5


def test_a_dead_platform_delays_no_other(
    registry: Registry, platform: Platform, server: Server
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        slow = spec(server, code="yi", url=url, timeout_s=2, attempts=1)
        rows = deliver(registry, slow, spec(server))

    assert [(row["platform"], row["pending"]) for row in rows] == [("yi", 5), ("jia", 0)]
    times = registry.conn.execute("select platform, receipt_id from receipts order by 2").fetchall()
    assert [name for name, _ in times] == ["jia", "jia", "jia", "yi"]
    assert set(platform.held) == in_force(registry)


def test_a_missing_token_fails_that_platform_alone(
    registry: Registry, platform: Platform, server: Server
) -> None:
    rows = deliver(registry, spec(server, code="yi", token="env:NOT_SET"), spec(server))  # noqa: S106

    assert [(row["failed"], row["acknowledged"]) for row in rows] == [(2, 0), (0, 5)]
    assert "NOT_SET" in rows[0]["error"]
    assert len(platform.requests) == 3


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.1", "2130706433", "0x7f.0.0.1", "[::ffff:127.0.0.1]", "0.0.0.0", "10.0.0.1"],  # noqa: S104
)
def test_addresses_that_are_not_public_are_refused_unless_declared(
    registry: Registry, platform: Platform, server: Server, host: str
) -> None:
    address = f"https://{host}:{server.server_port}/"

    (row,) = deliver(registry, spec(server, url=address, private_network=False, attempts=2))

    assert row["failed"] == 2
    assert "非公网" in row["error"]
    assert not platform.requests


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("224.0.0.1", False),
        ("fe80::1%eth0", False),
    ],
)
def test_which_addresses_are_public(address: str, *, public: bool) -> None:
    assert sender._is_public(address) is public  # noqa: SLF001


def test_before_the_first_release_there_is_nothing_to_deliver(
    tmp_path: Path, server: Server
) -> None:
    registry = publishing.make(tmp_path / "empty")

    with pytest.raises(UsageError, match="还没有发布过"):
        deliver(registry, spec(server))


SENDER = """
import sys
from pathlib import Path
from gongshi import sync
from gongshi.declarations.platform import PlatformSpec
from gongshi.registry import open_registry
from gongshi.site import Site
site = Site(Path(sys.argv[1]))
spec = PlatformSpec.model_validate_json(sys.argv[2])
sync.deliver(open_registry(site.registry), site, [spec])
"""


def test_a_kill_between_delivery_and_receipt_sends_again_and_does_no_harm(
    registry: Registry, platform: Platform, server: Server
) -> None:
    """The platform has applied a delivery whose receipt was never written."""
    arrived = threading.Event()

    def apply_and_stall(handler: Handler) -> None:
        handler.server.platform.apply(handler.content)
        arrived.set()
        time.sleep(2)
        handler.close_connection = True

    platform.reactions = [accept, apply_and_stall]
    declared = spec(server).model_dump_json()
    process = subprocess.Popen(
        [sys.executable, "-c", SENDER, str(registry.site.root), declared],
        env=os.environ | TOKEN | {"PYTHONPATH": str(publishing.ROOT / "src")},
    )
    assert arrived.wait(30)
    process.kill()
    process.wait()
    assert platform.seq == 4
    assert [row[1] for row in receipts(registry)] == [2]

    (row,) = deliver(registry, spec(server))

    assert (row["acknowledged"], row["pending"]) == (3, 0)
    assert set(platform.held) == in_force(registry)
    keys = [headers["Idempotency-Key"] for headers, _ in platform.requests]
    assert keys[1] == keys[2]


def test_the_platforms_of_the_repository_are_declared_right_and_off() -> None:
    declared = load_platforms(publishing.ROOT / "schemas" / "platforms")

    assert "reference" in declared
    assert not any(one.enabled for one in declared.values())


BAD = {
    "url: http://x.example/": "https",
    "url: https://me:secret@x.example/": "user name",
    "token: very-secret": "env:NAME",
    "batch: 0": "greater",
    "bacth: 5": "bacth",
    "code: other": "named after",
}


@pytest.mark.parametrize(("line", "told"), BAD.items())
def test_a_wrong_declaration_is_named(tmp_path: Path, line: str, told: str) -> None:
    values = {"code": "jia", "title": "甲", "url": "https://x.example/"}
    key, _, value = line.partition(": ")
    text = "\n".join(f"{name}: {item}" for name, item in (values | {key: value}).items())
    (tmp_path / "jia.yml").write_text(text, encoding="utf-8")

    with pytest.raises(SpecError, match=told):
        load_platforms(tmp_path)
