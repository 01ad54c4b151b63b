"""Licences through the command line and the served site: shown while they hold, and then gone."""

import csv
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gongshi.site import Site
from tests.licenses import permit, permit_no
from tests.one_record import (
    AUTHORITY,
    code,
    doc_no,
    founded,
    public,
    row,
    said,
    told,
    written,
)
from tests.portal import visiting

DAY, LAST, AFTER = "2026-02-12", "2026-03-05", "2026-03-06"
PERSON = "11010519491231002X"
"""The example of GB 11643-1999: nobody's."""
ROWS = [
    permit(1),
    permit(2, XK_YXQZI="2099-12-31", XK_XKLB="特许"),
    permit(3, XK_YXQZI="2030-01-31", XK_NR="现制现售糕点。经营者电话13800138000。"),
    permit(
        4,
        XK_XDR_MC="欧阳示例",
        XK_XDR_LB="自然人",
        XK_XDR_SHXYM="",
        XK_FRDB="",
        XK_XDR_ZJLX="身份证",
        XK_XDR_ZJHM=PERSON,
        XK_XKLB="认可",
        XK_XKZS="执业资格证",
        XK_YXQZI="2031-02-09",
    ),
    permit(5, XK_ZT="2", XK_YXQZI="2030-01-31"),
    permit(6, XK_YXQZI="2026-02-11"),
]
WHY = ("--reason", "以欺骗手段取得", "--basis", "《行政许可法》第六十九条")


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("licenses")
    site = founded(root, [row(1, "2026-02-10", CF_CFLB="责令停产停业")], DAY)
    taken = told(site, DAY, "ingest", str(written(root / "许可.csv", ROWS)))
    assert taken["files"][0]["taken"] == len(ROWS), taken
    told(site, DAY, "publish")
    return site


@pytest.fixture
def site(origin: Path, tmp_path: Path) -> Path:
    shutil.copytree(origin, tmp_path / "site")
    return tmp_path / "site"


def ids(site: Path) -> dict[str, str]:
    """Return the id of each licence in the registry by document number."""
    with closing(sqlite3.connect(site / "var" / "registry.db")) as conn:
        return dict(conn.execute("select doc_no, license_id from licenses"))


def in_force(site: Path) -> dict[str, str | None]:
    """Return until when each licence that may be seen is shown, by document number."""
    return dict(public(site, "select doc_no, publish_until from licenses"))


def sound(site: Path, day: str) -> bool:
    """Say whether the site verifies, which replays its ledger and compares."""
    return bool(told(site, day, "verify")["ok"])


def holds(folder: Path, text: str) -> list[str]:
    """Return the files below a folder in whose bytes a text stands."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path.name for path in files if text.encode() in path.read_bytes()]


def test_a_licence_is_shown_while_it_holds(site: Path) -> None:
    shown = {
        permit_no(1): LAST,
        permit_no(2): None,
        permit_no(3): "2030-01-31",
        permit_no(4): "2031-02-09",
    }
    assert in_force(site) == shown

    on_last = told(site, LAST, "publish")
    still = in_force(site)
    after = told(site, AFTER, "publish")

    assert (on_last["licenses_ended"], still) == (0, shown)
    assert (after["licenses_ended"], after["ended"], after["licenses_added"]) == (1, 0, 0)
    assert in_force(site) == {number: day for number, day in shown.items() if day != LAST}
    assert sound(site, AFTER)


def test_what_ended_is_in_no_byte_and_its_page_says_gone(site: Path) -> None:
    name = ids(site)[permit_no(1)]
    assert holds(site / "build", "甲市示例1号食品")

    told(site, AFTER, "publish")

    assert holds(site / "build", "甲市示例1号食品") == []
    assert holds(site / "build", permit_no(1)) == []
    grave = public(site, "select type, ended_on, reason, authority, doc_no from tombstones")
    assert grave == [("license", AFTER, "公示结束", None, None)]
    with visiting(Site(site)) as visitor:
        gone = visitor.get(f"/license/{name}")
        never = visitor.get("/license/lbcdfghjkmnpqrst")
        lines = visitor.get("/api/v1/changes", params={"since": "0"}).json()["changes"]
        atom = visitor.get("/feeds/licenses.atom").text
    assert (gone.status_code, never.status_code) == (410, 404)
    assert "示例1号" not in gone.text
    (ended,) = [line for line in lines if line["id"] == name]
    assert (ended["op"], ended["type"]) == ("DEL", "license")
    assert "entity" not in ended
    assert "deleted-entry" in atom


def test_the_site_searches_counts_and_exports_licences(site: Path) -> None:
    name = ids(site)[permit_no(3)]
    with visiting(Site(site)) as visitor:
        table = visitor.get("/public/licenses")
        faceted = visitor.get("/public/licenses", params={"license_kind": "特许"})
        found = visitor.get(
            "/public/licenses.json", params={"_search": "糕点", "_shape": "objects"}
        )
        sheet = visitor.get("/public/licenses.csv", params={"_search": "JY199010000003"})
        page, other = visitor.get(f"/license/{name}"), visitor.get(f"/license/{name}?lang=en")
        row_page = visitor.get(f"/public/licenses/{name}")
        party = visitor.get(f"/party/{code(103)}")
        asked = visitor.get(f"/api/v1/parties/{code(103)}").json()
        office = visitor.get(f"/authority/{AUTHORITY}")
        listed = [
            visitor.get(f"/feeds/licenses.{ending}").status_code for ending in ("rss", "json")
        ]
        refused = visitor.get("/public/licenses", params={"_facet": "content"})
    assert (table.status_code, faceted.status_code, refused.status_code) == (200, 200, 400)
    assert "甲市示例2号食品有限公司" in faceted.text
    assert "甲市示例3号食品有限公司" not in faceted.text
    assert [each["doc_no"] for each in found.json()["rows"]] == [permit_no(3)]
    assert [each["doc_no"] for each in csv.DictReader(sheet.text.splitlines())] == [permit_no(3)]
    assert (page.status_code, other.status_code, row_page.status_code) == (200, 200, 200)
    assert "食品经营许可证" in page.text
    assert "食品经营许可证" in party.text
    assert asked["party"]["licenses"] == 1
    assert asked["licenses"][0]["license_id"] == name
    assert office.status_code == 200
    assert listed == [200, 200]


def test_downloads_manifest_and_counts_agree(site: Path) -> None:
    release = Path(told(site, DAY, "path", "release")["path"])
    with (release / "downloads" / "licenses.csv").open(encoding="utf-8-sig", newline="") as file:
        sheet = {each["doc_no"] for each in csv.DictReader(file)}
    listed = json.loads((release / "downloads" / "licenses.json").read_text(encoding="utf-8"))
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    counted = {line["path"]: line.get("rows") for line in manifest["files"]}

    assert sheet == {each["doc_no"] for each in listed} == set(in_force(site))
    assert counted["downloads/licenses.csv"] == counted["downloads/licenses.json"] == 4
    assert manifest["moves"]["licenses_added"] == 4
    newest = "select licenses, licenses_added from releases order by release desc limit 1"
    assert public(site, newest) == [(4, 4)]
    facets = (
        "select value, n from counts where \"table\" = 'licenses' and \"column\" = 'license_kind'"
    )
    assert dict(public(site, facets)) == {"普通": 2, "特许": 1, "认可": 1}


def test_a_person_is_masked_and_no_number_is_kept(site: Path) -> None:
    parties = public(
        site, "select party, uscc, legal_rep from licenses where license_kind = '认可'"
    )
    content = public(site, "select content from licenses where doc_no = ?", permit_no(3))

    assert parties == [("欧阳某某", None, None)]
    assert "13800138000" not in content[0][0]
    for secret in (PERSON, "欧阳示例", "13800138000"):
        assert holds(site / "build", secret) == []
        assert holds(site / "var", secret) == []


@pytest.mark.parametrize(
    ("change", "moves", "until"),
    [
        ({"XK_YXQZI": "2027-03-05"}, (0, 0, "MOD"), "2027-03-05"),
        ({"XK_ZT": "2"}, (0, 1, "DEL"), None),
    ],
)
def test_a_row_delivered_again_moves_its_licence(
    site: Path, change: dict[str, str], moves: tuple[int, int, str], until: str | None
) -> None:
    again = written(site.parent / "再报.csv", [permit(1, **change)])

    told(site, "2026-02-20", "ingest", str(again))
    done = told(site, "2026-02-20", "publish")

    added, ended, op = moves
    assert (done["licenses_added"], done["licenses_ended"]) == (added, ended)
    assert in_force(site).get(permit_no(1)) == until
    (last,) = public(site, "select op, type from events order by seq desc limit 1")
    assert last == (op, "license")
    assert sound(site, "2026-02-20")


def test_a_licence_that_is_renewed_after_its_end_is_shown_again(site: Path) -> None:
    name = ids(site)[permit_no(1)]
    told(site, AFTER, "publish")
    renewed = written(site.parent / "延续.csv", [permit(1, XK_YXQZI="2031-03-05")])

    told(site, "2026-03-20", "ingest", str(renewed))
    done = told(site, "2026-03-20", "publish")

    assert done["licenses_added"] == 1
    assert ids(site)[permit_no(1)] == name
    assert public(site, "select version from licenses where license_id = ?", name) == [(2,)]
    assert public(site, "select id from tombstones") == []
    assert sound(site, "2026-03-20")


@pytest.mark.parametrize(
    ("codes", "event", "grave"),
    [
        ((), "撤销", ("撤销:以欺骗手段取得", permit_no(2))),
        (("--code", "RECALLED"), "撤回", ("撤回:以欺骗手段取得", permit_no(2))),
        (("--code", "STRIPPED"), "吊销", ("吊销:以欺骗手段取得", permit_no(2))),
        (("--code", "CANCELLED"), "注销", ("公示结束", None)),
    ],
)
def test_a_withdrawn_licence_is_gone_with_as_much_as_the_law_has_told(
    site: Path, codes: tuple[str, ...], event: str, grave: tuple[str, str | None]
) -> None:
    name = ids(site)[permit_no(2)]

    done = told(site, "2026-02-20", "withdraw", name, *WHY, *codes)
    waiting = told(site, "2026-02-20", "due")["actions"]
    released = told(site, "2026-02-20", "publish")

    assert (done["event"], done["state_before"]) == (event, "published")
    assert (done["due"]["what"], [each["what"] for each in waiting]) == ("withdraw", ["withdraw"])
    assert released["licenses_ended"] == 1
    assert public(site, "select reason, doc_no from tombstones where id = ?", name) == [grave]
    with visiting(Site(site)) as visitor:
        assert visitor.get(f"/license/{name}").status_code == 410
    assert holds(site / "build", "甲市示例2号食品") == []
    assert sound(site, "2026-02-20")


def test_dispute_suspension_and_correction_work_as_for_penalties(site: Path) -> None:
    name = ids(site)[permit_no(2)]
    why = ("--reason", "内容与证书不符", "--basis", "《行政许可法》第五条")

    told(site, "2026-02-20", "dispute", name, *why)
    told(site, "2026-02-20", "correct", name, *why, "--set", "许可内容=散装食品销售。")
    told(site, "2026-02-20", "publish")
    marked = public(
        site, "select disputed, content, version from licenses where license_id = ?", name
    )
    told(site, "2026-02-21", "suspend", name, *why)
    told(site, "2026-02-21", "publish")
    hidden = in_force(site)
    told(site, "2026-02-22", "resume", name, *why)
    told(site, "2026-02-22", "publish")

    assert marked == [(1, "散装食品销售。", 2)]
    assert permit_no(2) not in hidden
    assert permit_no(2) in in_force(site)
    assert sound(site, "2026-02-22")


def test_a_licence_is_not_repaired_and_a_penalty_not_cancelled(site: Path) -> None:
    name = ids(site)[permit_no(2)]
    with closing(sqlite3.connect(site / "var" / "registry.db")) as conn:
        ((penalty,),) = conn.execute("select penalty_id from penalties").fetchall()

    repaired = told(site, "2026-02-20", "repair", name, *WHY, status=2)
    cancelled = told(site, "2026-02-20", "withdraw", penalty, *WHY, "--code", "CANCELLED", status=2)
    unknown = told(site, "2026-02-20", "withdraw", "lbcdfghjkmnpqrst", *WHY, status=2)

    assert "修复不适用于行政许可" in repaired["error"]["zh"]
    assert "注销不适用于行政处罚" in cancelled["error"]["zh"]
    assert "没有许可记录" in unknown["error"]["zh"]


def test_events_in_a_file_find_the_licence_or_the_penalty_that_they_mean(site: Path) -> None:
    twin = written(
        site.parent / "同号.csv",
        [
            permit(
                1,
                XK_WSH=doc_no(1),
                XK_YXQZI="2030-01-01",
                XK_XDR_MC="甲市示例1号商贸有限公司",
                XK_XDR_SHXYM=code(1),
            )
        ],
    )
    told(site, DAY, "ingest", str(twin))
    event = {
        "DOC_NO": doc_no(1),
        "AUTHORITY_CODE": AUTHORITY,
        "PARTY": "甲市示例1号商贸有限公司",
        "USCC": code(1),
        "EVENT_ON": DAY,
        "REASON": "依法处理",
        "BASIS": "《行政许可法》第七十条",
    }
    rows = [event | {"EVENT": "撤销"}, event | {"EVENT": "吊销"}, event | {"EVENT": "修复"}]

    answer = told(site, DAY, "ingest", str(written(site.parent / "变动.csv", rows)), status=1)[
        "files"
    ][0]

    assert (answer["taken"], answer["refused"]) == (2, 1)
    assert [each["rule"] for each in answer["findings"] if each["severity"] == "error"] == ["E02"]
    with closing(sqlite3.connect(site / "var" / "registry.db")) as conn:
        (states,) = conn.execute(
            "select (select state from penalties where doc_no = ?1), "
            "(select state from licenses where doc_no = ?1)",
            (doc_no(1),),
        ).fetchall()
    assert states == ("repaired", "withdrawn")
    told(site, DAY, "publish")
    assert sound(site, DAY)


def test_explain_says_until_when_and_by_which_row(site: Path) -> None:
    named = ids(site)
    answer = told(site, DAY, "explain", named[permit_no(1)])
    text = said(site, DAY, "explain", named[permit_no(1)])
    lapsed = said(site, DAY, "explain", named[permit_no(5)])
    endless = said(site, DAY, "explain", named[permit_no(2)])

    assert (answer["type"], answer["state"], answer["publish_until"]) == (
        "license",
        "published",
        LAST,
    )
    assert [each["row"] for each in answer["rows"]] == ["licenses"]
    assert "有效期至2026-03-05" in text
    assert "当前状态为无效" in lapsed
    assert "长期有效" in endless


def test_a_licence_waits_for_its_approval(site: Path) -> None:
    policy = site / "schemas" / "policies" / "approval.yml"
    text = policy.read_text(encoding="utf-8").replace("default: automatic", "default: named")
    policy.write_text(text, encoding="utf-8")
    more = written(site.parent / "待批.csv", [permit(7, XK_YXQZI="2030-01-01")])

    told(site, DAY, "ingest", str(more))
    told(site, DAY, "publish")
    held = in_force(site)
    (duty,) = told(site, DAY, "due")["actions"]
    told(site, DAY, "approve", duty["batch"], "--by", "李示例")
    told(site, DAY, "publish")

    assert permit_no(7) not in held
    assert (duty["what"], duty["due_on"]) == ("publish", "2026-02-26")
    assert permit_no(7) in in_force(site)
    assert sound(site, DAY)


def test_the_same_file_twice_changes_nothing(site: Path) -> None:
    again = told(site, DAY, "ingest", str(written(site.parent / "又来.csv", ROWS)))["files"][0]
    released = told(site, DAY, "publish")

    assert (again["taken"], again["unchanged"]) == (0, len(ROWS))
    assert (released["release"], released["licenses_added"]) == (2, 0)


def test_ended_licences_are_erased_when_their_term_has_run(site: Path) -> None:
    gone = told(site, "2031-03-07", "publish")["erased"]

    assert (
        gone["licenses"] == 2
    )  # the one that ended in March 2026, and the one over before it came
    assert set(ids(site)) == {permit_no(number) for number in (2, 3, 4, 5)}
    assert sound(site, "2031-03-07")


def test_a_backup_brings_back_the_licences_but_not_what_was_withdrawn_since(
    site: Path, tmp_path: Path
) -> None:
    name = ids(site)[permit_no(2)]
    saved = tmp_path / "备份.db"
    told(site, DAY, "backup", str(saved))
    told(site, "2026-02-20", "withdraw", name, *WHY)
    told(site, "2026-02-20", "publish")
    kept = tmp_path / "ended.json"
    shutil.copy(site / "var" / "ended.json", kept)
    (site / "var" / "registry.db").unlink()
    for extra in ("registry.db-wal", "registry.db-shm"):
        (site / "var" / extra).unlink(missing_ok=True)

    told(site, "2026-02-21", "restore", str(saved), "--ended", str(kept))
    told(site, "2026-02-21", "publish")

    assert permit_no(2) not in in_force(site)
    assert permit_no(3) in in_force(site)
    assert told(site, "2026-02-21", "verify")["ok"]


def test_a_site_without_the_rule_publishes_no_licence(tmp_path: Path) -> None:
    site = founded(tmp_path, [row(1, "2026-02-10", CF_CFLB="责令停产停业")], DAY)
    law = site / "schemas" / "policies" / "publication.yml"
    law.write_text(law.read_text(encoding="utf-8").partition("\nlicenses:")[0], encoding="utf-8")

    told(site, DAY, "ingest", str(written(tmp_path / "许可.csv", ROWS)))
    told(site, DAY, "publish")

    assert in_force(site) == {}
    assert "没有声明行政许可的公示规则" in said(site, DAY, "explain", ids(site)[permit_no(1)])
    assert sound(site, DAY)
