# ruff: noqa: S608 - the SQL of tests is put together from our own names
"""An invented registry for the tests of publishing and sending, filled without the stages before.

Everything is made up. Rows enter as merge and the clock would leave them: content, standing, and
the public events.
"""

import random
import shutil
import sqlite3
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from gongshi.declarations.policy import Policies, load_policies
from gongshi.models import ENTRY_COLUMNS, PENALTY_COLUMNS
from gongshi.publish import Released, publish
from gongshi.registry import open_registry
from gongshi.site import Site

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 11, 22)
LETTERS = "bcdfghjkmnpqrstvwxz"
WORDS = (
    "食品", "安全", "经营", "假冒", "注册商标", "未取得", "许可", "销售", "过期", "化妆品", "广告",
    "虚假", "宣传", "价格", "计量", "不合格", "产品", "生产", "场所", "卫生", "登记", "超范围",
)  # fmt: skip


@dataclass
class Registry:
    """A site with a registry, and what the clock would report at the next publish."""

    site: Site
    conn: sqlite3.Connection
    policies: Policies
    seq: int = 0
    added: int = 0
    changed: int = 0
    ended: int = 0
    entries_added: int = 0
    entries_ended: int = 0
    licenses_added: int = 0
    licenses_ended: int = 0
    dice: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311

    def publish(self, today: date = TODAY) -> Released:
        self.conn.execute("begin immediate")
        released = publish(self.conn, self.site, today=today, moves=self, policies=self.policies)
        self.added = self.changed = self.ended = self.entries_added = self.entries_ended = 0
        return released

    def public(self) -> sqlite3.Connection:
        number = self.site.current_release()
        assert number is not None
        path = self.site.release(number) / "public.db"
        return sqlite3.connect(f"file:{path}?immutable=1", uri=True)

    def add(self, **values: object) -> str:
        """Add one visible penalty; return its id."""
        n = self._next("ADD", "penalty", penalty_id := self._id("p"))
        facts = "".join(self.dice.choices(WORDS, k=20)) + "。"
        row: dict[str, object] = {
            "doc_no": f"甲市监罚〔2026〕{n}号",
            "authority": "甲市市场监督管理局",
            "authority_code": "11990101MB0000001X",
            "party": f"甲市示例{self.dice.choice(WORDS)}{n}有限公司",
            "party_category": "法人及非法人组织",
            "uscc": f"91990101{n:09d}X",
            "violation_type": "违反食品安全管理规定",
            "facts": facts,
            "basis": "《示例法》第一条",
            "kinds": "罚款;没收违法所得",
            "content": "罚款人民币5000元",
            "fine_fen": 500_000,
            "confiscated_fen": 0,
            "decided_on": "2026-11-01",
            "region_code": "990101",
            "redactions": 0,
        } | values
        row["doc_no_key"] = row["doc_no"]
        self._record("penalty", penalty_id, row, PENALTY_COLUMNS, n)
        self._standing("penalty", n, {"publish_until": "2027-11-01", "min_until": "2027-02-01"})
        self.added += 1
        return penalty_id

    def enlist(self, **values: object) -> str:
        """Add one visible list entry; return its id."""
        n = self._next("ADD", "list_entry", entry_id := self._id("e"))
        extra = {
            "colour": "black",
            "until": "2029-11-01",
            "penalty_id": values.pop("penalty_id", None),
        }
        row: dict[str, object] = {
            "list_code": next(iter(sorted(self.policies.lists))),
            "party": f"甲市示例{n}有限公司",
            "party_category": "法人及非法人组织",
            "uscc": f"91990101{n:09d}X",
            "listing_doc_no": f"甲市监列〔2026〕{n}号",
            "listed_on": "2026-11-02",
            "reason": "生产销售不合格产品,情节严重",
            "basis": "《示例办法》第二条",
            "authority": "甲市市场监督管理局",
            "authority_code": "11990101MB0000001X",
        } | values
        row["doc_no_key"] = row["listing_doc_no"]
        self._record("entry", entry_id, row, ENTRY_COLUMNS, n)
        self._standing("entry", n, extra)
        self.entries_added += 1
        return entry_id

    def end(self, public_id: str, reason: str = "期满", *, told: bool = False) -> None:
        """End a record; `told` as the law tells of a revoked one."""
        kind = "penalty" if public_id.startswith("p") else "entry"
        name = "penalty" if kind == "penalty" else "list_entry"
        seq = self._next("DEL", name, public_id, reason)
        self.conn.execute(
            f"update {kind}_standing set shown = 0, state = 'expired', seq = ? "
            f"where rid = (select rid from {kind}_records where id = ?)",
            (seq, public_id),
        )
        (authority,) = self.conn.execute(
            f"select authority from {kind}_records where id = ?",
            (public_id,),
        ).fetchone()
        self.conn.execute(
            "insert into tombstones values (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                public_id,
                name,
                TODAY.isoformat(),
                reason,
                None,
                authority if told else None,
                None,
                seq,
            ),
        )
        self.ended += kind == "penalty"
        self.entries_ended += kind == "entry"

    def change(self, public_id: str, **values: object) -> None:
        """Change a visible penalty."""
        seq = self._next("MOD", "penalty", public_id)
        rid = "(select rid from penalty_records where id = ?)"
        for name, value in values.items():
            self.conn.execute(
                f"update penalty_records set {name} = ? where rid = {rid}",
                (value, public_id),
            )
        self.conn.execute(
            f"update penalty_standing set seq = ? where rid = {rid}",
            (seq, public_id),
        )
        self.changed += 1

    def _next(self, op: str, kind: str, public_id: str, reason: str | None = None) -> int:
        self.seq += 1
        self.conn.execute(
            "insert into events values (?, ?, ?, ?, ?, ?, ?)",
            (self.seq, op, kind, public_id, TODAY.isoformat(), reason, None),
        )
        return self.seq

    def _id(self, first: str) -> str:
        return first + "".join(self.dice.choices(LETTERS, k=15))

    def _record(
        self, kind: str, public_id: str, row: dict[str, object], columns: tuple[str, ...], n: int
    ) -> None:
        values = {name: row.get(name) for name in columns} | {
            "rid": n,
            "id": public_id,
            "party_key": f"uscc:{n}",
            "content_hash": b"",
            "version": 1,
            "agency": "standard",
            "batch": "B20261122-0001",
            "first_batch": "B20261122-0001",
            "received_on": "2026-11-05",
        }
        self._insert(f"{kind}_records", values)

    def _standing(self, kind: str, n: int, extra: dict[str, object]) -> None:
        values = {
            "rid": n,
            "published_on": "2026-11-06",
            "severity": "一般",
            "policy_row": "NDRC36",
            "regime": "NDRC36",
            "shown": 1,
            "state": "published" if kind == "penalty" else "listed",
            "add_seq": n,
            "seq": n,
        }
        self._insert(f"{kind}_standing", values | extra)

    def _insert(self, table: str, values: dict[str, object]) -> None:
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        self.conn.execute(f"insert into {table} ({names}) values ({marks})", values)


def make(root: Path) -> Registry:
    """Return an empty registry in a fresh site under `root`."""
    (root / "ingest").mkdir(parents=True, exist_ok=True)
    if not (root / "schemas").exists():
        shutil.copytree(ROOT / "schemas", root / "schemas")
    site = Site(root)
    site.require()
    return Registry(site, open_registry(site.registry), load_policies(site.schemas))
