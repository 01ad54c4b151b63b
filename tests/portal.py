"""An invented site with sealed releases, for the tests of `gongshi.serve` and for looking at pages.

Everything is made up: cities 甲市…戊市, firms 示例…, persons 张某某. Codes have valid check digits.
"""

import asyncio
import hashlib
import json
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx

from gongshi import search
from gongshi.formats import uscc
from gongshi.publish.columns import FACETS, KEYS, TABLES
from gongshi.serve import Portal
from gongshi.site import Site, write_atomically

ROOT = Path(__file__).resolve().parents[1]
TODAY = date(2026, 11, 22)
LETTERS = "bcdfghjkmnpqrstvwxz"
CITIES = ("甲市", "乙市", "丙县", "丁区", "戊市")
TRADES = ("食品", "建材", "医药", "化工", "电子商务", "餐饮管理", "玩具", "汽车服务")
INDEXES = (
    ("penalties", "seq desc"),
    ("penalties", "uscc"),
    ("penalties", "authority_code"),
    ("penalties", ", ".join(name for name in FACETS["penalties"] if name != "authority_code")),
    ("list_entries", "list_code, seq"),
    ("list_entries", "uscc"),
    ("list_entries", "penalty_id"),
)
SQL_TYPES = {int: "integer", str: "text"}
OFFICES = ("市场监督管理局", "应急管理局", "生态环境局", "药品监督管理局")


def code(prefix: str, number: int) -> str:
    """Return a valid 统一社会信用代码 that no one can hold: region 990101."""
    first17 = f"{prefix}990101{number:09d}"[:17]
    return first17 + uscc.check_digit(first17)


def opaque(kind: str, number: int) -> str:
    """Return a public id: letters only, the same for the same number."""
    letters = []
    for _ in range(15):
        number, place = divmod(number * 7919 + 104729, len(LETTERS))
        letters.append(LETTERS[place])
        number = (number * 31 + place) % 10**12
    return kind + "".join(letters)


def penalty(number: int, random_: random.Random) -> dict[str, Any]:
    """Return one invented penalty of the public table."""
    city, trade = random_.choice(CITIES), random_.choice(TRADES)
    office = city + random_.choice(OFFICES)
    person = number % 11 == 0
    firm = number % 90
    decided = TODAY - timedelta(days=400 - number % 395)
    fine = random_.choice((0, 200_000, 500_000, 1_000_000, 12_000_000, 130_700_000))
    taken = random_.choice((0, 0, 0, 345_600))
    kinds = ["罚款"] * bool(fine) + ["没收违法所得"] * bool(taken) or ["责令停产停业"]
    number_text = f"{city}罚字〔{decided.year}〕{number}号"
    party = "张某某" if person else f"{CITIES[firm % 5]}示例{TRADES[firm % 8]}{firm}有限公司"
    facts = (
        f"经查,当事人于{decided.year}年在{city}经营的{trade}场所内,"
        f"存在销售超过保质期的{trade}产品的行为,"
        f"涉案货值{number * 13 % 900}元。当事人对上述事实予以承认,"
        "并有现场检查笔录、询问笔录、照片等证据在案。"
    )
    if number == 7:
        facts *= 12
    content = f"罚款人民币{fine / 100:.0f}元。" if fine else "责令停产停业整顿。"
    severity = "严重" if "责令停产停业" in kinds or fine > 10_000_000 else "一般"
    return {
        "penalty_id": opaque("p", number),
        "doc_no": number_text,
        "authority": office,
        "authority_code": code("11", CITIES.index(city) * 10 + OFFICES.index(office[2:])),
        "party": party,
        "party_category": "自然人" if person else "法人及非法人组织",
        "uscc": None if person else code("91", firm),
        "legal_rep": None if person else "李某某",
        "violation_type": f"销售不合格{trade}",
        "facts": facts,
        "basis": "《示例商品质量管理条例》第三十二条第一款第(二)项",
        "kinds": ";".join(kinds),
        "kinds_json": json.dumps(kinds, ensure_ascii=False),
        "content": content,
        "fine_fen": fine or None,
        "confiscated_fen": taken or None,
        "decided_on": decided.isoformat(),
        "performance": "自收到本决定书之日起十五日内缴至指定银行" if number % 3 else None,
        "received_on": (decided + timedelta(days=4)).isoformat(),
        "published_on": (decided + timedelta(days=5)).isoformat(),
        "publish_until": (
            decided + timedelta(days=1095 if severity == "严重" else 500)
        ).isoformat(),
        "min_until": (decided + timedelta(days=92)).isoformat(),
        "severity": severity,
        "policy_row": "NDRC36",
        "region_code": "990101",
        "year": decided.year,
        "amount_band": "10万元至100万元"
        if fine > 10_000_000
        else "1千元至1万元"
        if fine
        else "无罚款",
        "redactions": number % 2,
        "disputed": int(number == 5),
        "version": 2 if number == 6 else 1,
        "seq": number,
    }


def insert(
    conn: sqlite3.Connection, table: str, row: dict[str, Any], rowid: int | None = None
) -> None:
    """Insert one row; `rowid` is the publication order of a penalty."""
    if rowid is not None:
        row = {"rowid": rowid} | row
    names = ", ".join(f'"{name}"' for name in row)
    conn.execute(
        f"insert into {table} ({names}) values ({', '.join('?' * len(row))})",  # noqa: S608 - our own names
        list(row.values()),
    )


def write_public(path: Path, release: int, rows: int) -> None:
    """Write an invented `public.db` with `rows` penalties, as of release `release`."""
    random_ = random.Random(7)  # noqa: S311 - invented data, the same on every run
    conn = sqlite3.connect(path)
    for table, columns in TABLES.items():
        named = ", ".join(f'"{each.name}" {SQL_TYPES[each.type]}' for each in columns)
        keys = KEYS[table] if isinstance(KEYS[table], tuple) else (KEYS[table],)
        quoted = ", ".join(f'"{key}"' for key in keys)
        conn.execute(f"create table {table} ({named}, primary key ({quoted}))")
    for name in search.COLUMNS:
        conn.execute(f"create virtual table {name}_fts using fts5(text, {search.FTS_OPTIONS})")
    records = [penalty(number, random_) for number in range(1, rows + 1)]
    for number, row in enumerate(records, 1):
        insert(conn, "penalties", row, rowid=number)
        texts = (row.get(name) for name in search.COLUMNS["penalties"])
        conn.execute(
            "insert into penalties_fts (rowid, text) values (?, ?)",
            (number, search.tokens("\n".join(text or "" for text in texts))),
        )
        insert(
            conn,
            "events",
            {
                "seq": number,
                "op": "ADD",
                "type": "penalty",
                "id": row["penalty_id"],
                "at": row["published_on"],
            },
        )
    _derived(conn, records)
    _lists(conn, records, rows)
    _ended(conn, rows)
    for place, (table, names) in enumerate(INDEXES):
        conn.execute(f"create index index_{place} on {table} ({names})")
    insert(
        conn,
        "releases",
        {
            "release": release,
            "seq": rows + 10,
            "day": TODAY.isoformat(),
            "manifest_sha256": None,
            "penalties": rows,
            "entries": 3,
            "added": 12,
            "changed": 1,
            "ended": 2,
            "entries_added": 1,
            "entries_ended": 0,
        },
    )
    insert(
        conn,
        "overrides",
        {
            "batch": "B20261120-0002",
            "agency": "jia-shi",
            "received_on": "2026-11-20",
            "gates": "G03 比上一批少得多",
            "reason": "年度清理,已与报送单位核实",
            "overridden_by": "李示例",
        },
    )
    conn.commit()
    conn.close()


def _derived(conn: sqlite3.Connection, records: list[dict[str, Any]]) -> None:
    """Fill parties, authorities and counts from the penalties."""
    parties = Counter(row["uscc"] for row in records if row["uscc"])
    names = {row["uscc"]: row["party"] for row in records}
    for key, number in parties.items():
        insert(
            conn,
            "parties",
            {
                "uscc": key,
                "name": names[key],
                "region_code": "990101",
                "penalties": number,
                "entries": 0,
            },
        )
    offices = Counter((row["authority_code"], row["authority"]) for row in records)
    for (key, name), number in offices.items():
        insert(
            conn,
            "authorities",
            {"authority_code": key, "name": name, "region_code": "990101", "penalties": number},
        )
    insert(conn, "counts", {"table": "penalties", "column": "", "value": "", "n": len(records)})
    for column in FACETS["penalties"]:
        if column == "kinds_json":
            continue
        for value, number in Counter(str(row[column]) for row in records).items():
            insert(
                conn,
                "counts",
                {"table": "penalties", "column": column, "value": value, "n": number},
            )
    kinds = Counter(kind for row in records for kind in row["kinds"].split(";"))
    for value, number in kinds.items():
        insert(
            conn,
            "counts",
            {"table": "penalties", "column": "kinds_json", "value": value, "n": number},
        )


def _lists(conn: sqlite3.Connection, records: list[dict[str, Any]], rows: int) -> None:
    """Add one black list with three entries, one red list, and an empty one."""
    insert(
        conn,
        "lists",
        {
            "list_code": "yanzhong",
            "title": "严重违法失信名单(示例)",
            "colour": "black",
            "basis": "《示例失信名单管理办法》第二条",
            "authority": "甲市市场监督管理局",
            "removal_conditions": "列入满一年,已履行义务并作出信用承诺的,可以申请提前移出。",
            "entries": 3,
        },
    )
    insert(
        conn,
        "lists",
        {
            "list_code": "a-ji",
            "title": "纳税信用A级纳税人(示例)",
            "colour": "red",
            "basis": "《示例纳税信用管理办法》",
            "authority": "甲市税务局",
            "entries": 0,
        },
    )
    chosen = [row for row in records if row["uscc"]][:3]
    for number, row in enumerate(chosen, 1):
        entry = {
            "entry_id": opaque("e", number),
            "list_code": "yanzhong",
            "colour": "black",
            "party": row["party"],
            "party_category": row["party_category"],
            "uscc": row["uscc"],
            "listing_doc_no": f"甲市监列字〔2026〕{number}号",
            "listed_on": "2026-03-01",
            "reason": "生产销售不符合安全标准的食品,受到责令停产停业处罚",
            "basis": "《示例失信名单管理办法》第五条",
            "authority": "甲市市场监督管理局",
            "authority_code": row["authority_code"],
            "until": "2029-03-01",
            "penalty_id": row["penalty_id"],
            "seq": rows + number,
        }
        insert(conn, "list_entries", entry)
        insert(
            conn,
            "events",
            {
                "seq": rows + number,
                "op": "ADD",
                "type": "list_entry",
                "id": entry["entry_id"],
                "at": "2026-03-05",
            },
        )
        conn.execute("update parties set entries = entries + 1 where uscc = ?", (row["uscc"],))


def _ended(conn: sqlite3.Connection, rows: int) -> None:
    """Add one record that expired and one that was revoked."""
    insert(
        conn,
        "tombstones",
        {
            "id": opaque("p", 9001),
            "type": "penalty",
            "ended_on": "2026-11-20",
            "reason": None,
            "basis": None,
            "seq": rows + 8,
        },
    )
    insert(
        conn,
        "tombstones",
        {
            "id": opaque("p", 9002),
            "type": "penalty",
            "ended_on": "2026-11-21",
            "reason": "行政复议决定撤销",
            "basis": "行政处罚法第四十八条第二款",
            "authority": "甲市市场监督管理局",
            "doc_no": "甲市罚字〔2026〕9002号",
            "seq": rows + 9,
        },
    )
    insert(
        conn,
        "events",
        {
            "seq": rows + 8,
            "op": "DEL",
            "type": "penalty",
            "id": opaque("p", 9001),
            "at": "2026-11-20",
        },
    )
    insert(
        conn,
        "events",
        {
            "seq": rows + 9,
            "op": "DEL",
            "type": "penalty",
            "id": opaque("p", 9002),
            "at": "2026-11-21",
            "reason": "行政复议决定撤销",
            "basis": "行政处罚法第四十八条第二款",
        },
    )


def seal(site: Site, release: int, rows: int = 300) -> Path:
    """Build release `release` of the invented site and put it in force."""
    folder = site.release(release)
    (folder / "downloads").mkdir(parents=True)
    (folder / "feeds").mkdir()
    write_public(folder / "public.db", release, rows)
    (folder / "downloads" / "penalties.csv").write_text(
        "\ufeffpenalty_id,party\r\n", encoding="utf-8"
    )
    (folder / "feeds" / "penalties.atom").write_text(
        '<feed xmlns="http://www.w3.org/2005/Atom"/>', encoding="utf-8"
    )
    files = [describe(folder, path) for path in sorted(folder.rglob("*")) if path.is_file()]
    manifest = {
        "release": release,
        "seq": rows + 10,
        "day": TODAY.isoformat(),
        "sealed_at": "2026-11-22T01:02:03Z",
        "files": files,
    }
    (folder / "manifest.json").write_text(
        json.dumps(manifest, ensure_ascii=False), encoding="utf-8"
    )
    write_atomically(site.current, str(release).encode())
    return folder


class Visitor:
    """Asks a site as a client does, in its own event loop; redirects are not followed."""

    def __init__(self, site: Site) -> None:
        self.log: list[str] = []
        self.portal = Portal(site, log=self.log.append)
        self._loop = asyncio.new_event_loop()
        transport = httpx.ASGITransport(app=self.portal, raise_app_exceptions=True)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://localhost")

    def get(self, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - passed on
        """Return the answer to a GET."""
        return self.ask("GET", path, **more)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - passed on
        """Return the answer to a request."""
        return self._loop.run_until_complete(self._client.request(method, path, **more))

    def close(self) -> None:
        """Close the site and the loop."""
        self._loop.run_until_complete(self.portal.close())
        self._loop.run_until_complete(self._client.aclose())
        self._loop.close()


@contextmanager
def visiting(site: Site) -> Iterator[Visitor]:
    """Give a visitor of `site`."""
    visitor = Visitor(site)
    try:
        yield visitor
    finally:
        visitor.close()


def describe(folder: Path, path: Path) -> dict[str, Any]:
    """Return a file's line of the manifest."""
    data = path.read_bytes()
    return {
        "path": path.relative_to(folder).as_posix(),
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def make_site(root: Path) -> Site:
    """Make a site folder with this checkout's content and no release."""
    for name in ("schemas", "plugins", "templates", "static"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy2(ROOT / "metadata.yml", root)
    (root / "ingest").mkdir()
    site = Site(root)
    site.require()
    return site
