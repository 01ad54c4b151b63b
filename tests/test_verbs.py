"""An operator moves one record through the command line: done, refused, repeated, and gone."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from gongshi.site import Site
from tests.one_record import (
    AUTHORITY,
    BASIS,
    code,
    doc_no,
    founded,
    ids,
    public,
    row,
    said,
    shown,
    told,
    written,
)
from tests.portal import visiting

TODAY, LATER = "2026-03-02", "2026-03-03"
FINE = {"CF_NR_FK": "2", "CF_NR": "罚款20000元。"}
ROWS = [
    row(1, "2025-06-01", **FINE),
    row(2, "2026-02-10", CF_CFLB="责令停产停业"),
    row(3, "2026-02-10", CF_CFLB="警告"),
    row(4, "2025-06-02", **FINE),
]
LISTED = {
    "LIST_CODE": "YZWF",
    "PARTY": "甲市示例1号商贸有限公司",
    "PARTY_CATEGORY": "法人及非法人组织",
    "USCC": code(1),
    "LEGAL_REP": "张某甲",
    "LISTING_DOC_NO": "甲市监列字〔2026〕1号",
    "LISTED_ON": "2026-02-20",
    "REASON": "情节严重",
    "BASIS": "《市场监督管理严重违法失信名单管理办法》第五条",
    "AUTHORITY": "甲市示例局",
    "AUTHORITY_CODE": AUTHORITY,
    "PENALTY_DOC_NO": doc_no(1),
    "SOURCE_UNIT": "甲市示例局",
    "SOURCE_UNIT_CODE": AUTHORITY,
}
DISPUTED = "select disputed from penalties where penalty_id = ?"
WHY = ("--reason", "事实不清", "--basis", "《行政复议法》第七十五条")
OTHER = ("--reason", "材料齐全", "--basis", BASIS)
PROMISE = {
    "承诺编码": "99010120260301000001",
    "承诺人名称": "甲市示例1号商贸有限公司",
    "承诺人类别": "法人及非法人组织",
    "承诺人代码": code(1),
    "承诺类型": "信用修复型",
    "承诺事由": "申请信用修复",
    "承诺内容": "今后守法经营。",
    "违诺责任": "违反承诺的,按最长期限公示。",
    "承诺作出日期": "2026-03-01",
    "承诺履行状态": "全部履行",
    "承诺受理单位": "甲市示例局",
    "承诺受理单位代码": AUTHORITY,
    "公开类型": "可向社会公开",
}


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("verbs")
    site = founded(root, ROWS, TODAY)
    listed = told(site, TODAY, "ingest", str(written(root / "名单.csv", [LISTED])))
    assert listed["files"][0]["taken"] == 1, listed
    told(site, TODAY, "publish")
    return site


@pytest.fixture
def site(origin: Path, tmp_path: Path) -> Path:
    shutil.copytree(origin, tmp_path / "site")
    return tmp_path / "site"


def sound(site: Path, day: str) -> bool:
    """Say whether the site verifies and its ledger gives the same registry."""
    return bool(told(site, day, "verify")["ok"]) and bool(told(site, day, "rebuild")["same"])


def entries(site: Path) -> int:
    with closing(sqlite3.connect(site / "var" / "registry.db")) as conn:
        return int(conn.execute("select count(*) from ledger").fetchone()[0])


def refused(site: Path, day: str, *words: str) -> str:
    """Run a command that must do nothing; return what it says in Chinese, having said it twice."""
    before = entries(site)
    error = told(site, day, *words, status=2)["error"]
    assert error["en"]
    assert entries(site) == before
    return str(error["zh"])


def actions(answer: dict[str, Any]) -> list[tuple[str, str, bool]]:
    return [(each["what"], each["due_on"], each["overdue"]) for each in answer["actions"]]


@pytest.mark.parametrize(
    ("codes", "event"),
    [((), "撤销"), (("--code", "CHANGED"), "变更"), (("--code", "UNLAWFUL"), "确认违法"),
     (("--code", "VOID"), "无效")],
)  # fmt: skip
def test_a_withdrawn_record_is_gone_everywhere_and_its_entry_falls(
    site: Path, codes: tuple[str, ...], event: str
) -> None:
    name = ids(site)[doc_no(1)]

    done = told(site, LATER, "withdraw", name, *WHY, *codes, "--doc-no", "甲复决〔2026〕3号")
    published = told(site, LATER, "publish")

    assert (done["event"], done["state_before"], done["state"]) == (event, "published", "withdrawn")
    assert (done["due"]["what"], done["due"]["due_on"]) == ("withdraw", "2026-03-06")
    assert (published["ended"], published["entries_ended"]) == (1, 1)
    assert doc_no(1) not in shown(site)
    assert public(site, "select count(*) from list_entries") == [(0,)]
    assert public(site, "select count(*) from parties where uscc = ?", code(1)) == [(0,)]
    grave = public(site, "select reason, basis, doc_no from tombstones where id = ?", name)
    assert grave == [(f"{event}:事实不清", "《行政复议法》第七十五条", doc_no(1))]
    with visiting(Site(site)) as visitor:
        page = visitor.get(f"/penalty/{name}")
        found = visitor.get("/search", params={"q": "示例1号"})
    assert page.status_code == 410
    assert "示例1号" not in page.text
    assert name not in found.text
    assert sound(site, LATER)


def test_the_same_order_again_changes_nothing(site: Path) -> None:
    name = ids(site)[doc_no(1)]
    for verb in ("dispute", "suspend"):
        told(site, LATER, verb, name, *WHY)
        before = entries(site)

        again = told(site, LATER, verb, name, *WHY)

        assert again["changed"] is False
        assert entries(site) == before


def test_a_dispute_is_marked_answered_and_due_in_between(site: Path) -> None:
    name = ids(site)[doc_no(1)]
    told(site, LATER, "dispute", name, *WHY, "--code", "CONTESTED")
    unmarked = told(site, LATER, "due")
    told(site, LATER, "publish")
    marked = told(site, "2026-03-16", "due")
    flag = public(site, DISPUTED, name)

    told(site, "2026-03-16", "dispute", name, *WHY, "--settle")
    told(site, "2026-03-16", "publish")

    assert actions(unmarked) == [
        ("dispute_mark", "2026-03-04", False),
        ("dispute_answer", "2026-03-12", False),
    ]
    assert actions(marked) == [("dispute_answer", "2026-03-12", True)]
    assert (marked["overdue"], marked["actions"][0]["late_days"]) == (1, 2)
    assert flag == [(1,)]
    assert told(site, "2026-03-16", "due")["actions"] == []
    assert public(site, DISPUTED, name) == [(0,)]
    assert sound(site, "2026-03-16")


def test_a_suspended_record_is_hidden_and_comes_back(site: Path) -> None:
    name = ids(site)[doc_no(1)]
    told(site, LATER, "suspend", name, *WHY, "--code", "BANKRUPTCY")
    waiting = actions(told(site, LATER, "due"))
    told(site, LATER, "publish")
    hidden = doc_no(1) not in shown(site)
    told(site, "2026-03-05", "resume", name, *WHY)
    returning = actions(told(site, "2026-03-05", "due"))
    told(site, "2026-03-05", "publish")

    assert waiting == [("suspend", LATER, False)]
    assert hidden
    assert returning == [("resume", "2026-03-05", False)]
    assert doc_no(1) in shown(site)
    assert sound(site, "2026-03-05")


def test_a_decision_that_falls_after_its_record_came_down_is_explained(site: Path) -> None:
    name = ids(site)[doc_no(1)]
    told(site, LATER, "suspend", name, *WHY, "--code", "BANKRUPTCY")
    told(site, LATER, "publish")
    why = "select reason, doc_no from tombstones where id = ?"
    before = public(site, why, name)
    told(site, "2026-03-05", "withdraw", name, "--reason", "复议撤销", "--basis", "示例法第一条")
    told(site, "2026-03-05", "publish")

    assert before == [("公示结束", None)]
    assert public(site, why, name) == [("撤销:复议撤销", doc_no(1))]
    assert sound(site, "2026-03-05")


def test_a_dispute_and_a_correction_of_one_day_both_show(site: Path) -> None:
    name = ids(site)[doc_no(1)]
    told(site, LATER, "dispute", name, *WHY)
    told(site, LATER, "correct", name, *WHY)

    told(site, LATER, "publish")

    assert public(site, DISPUTED, name) == [(1,)]


def test_a_correction_makes_a_version_that_later_deliveries_keep(
    site: Path, tmp_path: Path
) -> None:
    name = ids(site)[doc_no(1)]
    sets = ("--set", "违法事实=当事人销售示例玩具。", "--set", "valid_until=2027年1月5日")
    done = told(site, LATER, "correct", name, *WHY, *sets)
    told(site, LATER, "publish")
    again = [{**ROWS[0], "CF_FRDB": "李某乙"}]
    told(site, "2026-03-04", "ingest", str(written(tmp_path / "再报.csv", again)))
    told(site, "2026-03-04", "publish")
    query = "select facts, valid_until, legal_rep, version from penalties where penalty_id = ?"

    assert done["corrected"] == ["facts", "valid_until"]
    assert public(site, query, name) == [("当事人销售示例玩具。", "2027-01-05", "李某乙", 3)]
    assert told(site, "2026-03-04", "due")["actions"] == []
    assert sound(site, "2026-03-04")


def test_a_second_correction_of_a_field_counts_and_the_agency_has_the_last_word(
    site: Path, tmp_path: Path
) -> None:
    name = ids(site)[doc_no(1)]
    query = "select facts from penalties where penalty_id = ?"
    told(site, LATER, "correct", name, *WHY, "--set", "facts=当事人销售示例玩具。")
    told(site, LATER, "correct", name, *WHY, "--set", "facts=当事人销售示例家具。")
    told(site, LATER, "publish")
    second = public(site, query, name)
    new = [{**ROWS[0], "CF_SY": "当事人销售示例灯具。"}]
    told(site, "2026-03-04", "ingest", str(written(tmp_path / "更正.csv", new)))
    told(site, "2026-03-04", "publish")

    assert second == [("当事人销售示例家具。",)]
    assert public(site, query, name) == [("当事人销售示例灯具。",)]
    assert sound(site, "2026-03-04")


def test_a_correction_without_words_is_due_until_the_row_comes(site: Path, tmp_path: Path) -> None:
    name = ids(site)[doc_no(1)]
    done = told(site, LATER, "correct", name, "--reason", "金额有误", "--basis", BASIS)
    waiting = actions(told(site, LATER, "due"))
    new = [{**ROWS[0], "CF_NR_FK": "3", "CF_NR": "罚款30000元。"}]
    told(site, LATER, "ingest", str(written(tmp_path / "更正.csv", new)))

    assert "尚待报送" in "".join(done["warnings"])
    assert waiting == [("correct", "2026-03-10", False)]
    assert told(site, LATER, "due")["actions"] == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("withdraw", "pxxx", *WHY), "没有处罚记录"),
        (("withdraw", "{1}", "--reason", " ", "--basis", "第一条"), "事由不能为空"),
        (("withdraw", "{1}", "--reason", "例", "--basis", " "), "依据不能为空"),
        (("withdraw", "{1}", "--reason", "电话13800138000", "--basis", "第一条"), "应当遮盖"),
        (("withdraw", "{1}", *WHY, "--code", "COURT"), "没有事由代码"),
        (("withdraw", "{1}", *WHY, "--on", "2026-03-04"), "晚于今天"),
        (("withdraw", "{1}", *WHY, "--on", "2025-05-31"), "早于处罚决定日期"),
        (("resume", "{1}", *WHY), "不能恢复"),
        (("dispute", "{1}", "--settle", *WHY), "没有未了结的异议"),
        (("repair", "{1}", "--accept", *WHY), "没有待受理"),
        (("repair", "{1}", "--decline", *WHY), "没有未办结"),
        (("repair", "{1}", "--proof", "x", *WHY), "与 --apply 同用"),
        (("repair", "{1}", "--apply", *WHY), "须有履行证明"),
        (("repair", "{2}", "--apply", *WHY), "最短公示期至 2026-05-10"),
        (("repair", "{3}", "--apply", *WHY), "无须修复"),
        (("correct", "{1}", *WHY, "--set", "罚款金额=2"), "不能在这里更正"),
        (("correct", "{1}", *WHY, "--set", "CF_WSH=别的号"), "不能在这里更正"),
        (("correct", "{1}", *WHY, "--set", "facts="), "须为 1 到"),
        (("correct", "{1}", *WHY, "--set", "facts=致电13800138000"), "应当遮盖"),
        (("correct", "{1}", *WHY, "--set", "处罚决定日期=去年"), "不是日期"),
        (("correct", "{1}", *WHY, "--set", "处罚决定日期=2026-12-01"), "晚于"),
        (("correct", "{1}", *WHY, "--set", "facts=当事人销售不合格的示例产品。"), "已经如此"),
        (("explain", "pxxx"), "没有记录"),
    ],
)
def test_what_does_not_fit_is_refused_in_two_languages(
    site: Path, words: tuple[str, ...], says: str
) -> None:
    known = ids(site)
    real = [
        known[doc_no(int(each[1]))] if each in {"{1}", "{2}", "{3}"} else each for each in words
    ]

    assert says in refused(site, LATER, *real)


def test_after_an_end_nothing_follows_but_a_withdrawal_of_what_was_repaired(site: Path) -> None:
    name = ids(site)[doc_no(1)]
    told(site, LATER, "repair", name, *WHY)
    told(site, LATER, "publish")

    for verb in ("repair", "correct", "dispute", "suspend", "resume"):
        assert "已修复" in refused(site, "2026-03-04", verb, name, *WHY)
    told(site, "2026-03-04", "withdraw", name, *WHY)
    for verb in ("withdraw", "repair", "correct", "dispute", "suspend", "resume"):
        assert "已撤回" in refused(site, "2026-03-05", verb, name, *WHY)


def test_a_day_that_has_passed_is_refused(site: Path) -> None:
    name = ids(site)[doc_no(1)]
    told(site, LATER, "publish")

    assert "早于登记库中最近一次事件" in refused(site, TODAY, "withdraw", name, *WHY)


def papers(folder: Path, **given: str) -> tuple[str, ...]:
    """Return the arguments that hand in proof and commitment."""
    proof, promise = folder / "缴款凭证.pdf", folder / "承诺.json"
    proof.write_bytes(b"%PDF-1.7 invented")
    promise.write_text(json.dumps(PROMISE | given, ensure_ascii=False), encoding="utf-8")
    return ("--apply", "--proof", str(proof), "--commitment", str(promise))


def test_an_application_is_accepted_and_decided_by_another_person(
    site: Path, tmp_path: Path
) -> None:
    name = ids(site)[doc_no(1)]
    applied = told(site, LATER, "repair", name, *WHY, *papers(tmp_path), "--by", "李示例")
    first = actions(told(site, LATER, "due"))
    told(site, LATER, "repair", name, *WHY, "--accept", "--by", "李示例")
    second = actions(told(site, LATER, "due"))

    assert "未办结" in refused(site, LATER, "repair", name, *WHY, *papers(tmp_path))
    assert "已经受理" in refused(site, LATER, "repair", name, *OTHER, "--accept")
    assert "须署名" in refused(site, LATER, "repair", name, *WHY)
    assert "另一人" in refused(site, LATER, "repair", name, *WHY, "--by", "李示例")
    granted = told(site, LATER, "repair", name, *WHY, "--by", "王示例")
    told(site, LATER, "publish")

    assert applied["due"]["what"] == "repair_accept"
    assert first == [("repair_accept", "2026-03-06", False), ("repair_decide", "2026-03-17", False)]
    assert second == [("repair_decide", "2026-03-17", False)]
    assert granted["state"] == "repaired"
    assert doc_no(1) not in shown(site)
    assert public(site, "select reason, doc_no from tombstones where id = ?", name) == [
        ("公示结束", None)
    ]
    assert told(site, LATER, "due")["actions"] == []
    assert sound(site, LATER)


def test_a_declined_application_leaves_the_record_and_another_may_follow(
    site: Path, tmp_path: Path
) -> None:
    name = ids(site)[doc_no(1)]
    told(site, LATER, "repair", name, *WHY, *papers(tmp_path), "--by", "李示例")
    told(site, LATER, "repair", name, *WHY, "--decline", "--by", "王示例", "--code", "UNPERFORMED")
    told(site, LATER, "publish")

    again = told(site, LATER, "repair", name, *WHY, *papers(tmp_path), "--by", "李示例")

    assert again["changed"]
    assert doc_no(1) in shown(site)


def test_of_the_materials_only_names_hashes_and_what_is_not_personal_is_kept(
    site: Path, tmp_path: Path
) -> None:
    name = ids(site)[doc_no(1)]
    told(site, LATER, "repair", name, *WHY, *papers(tmp_path, 承诺内容="本人张某丙承诺守法。"))

    with closing(sqlite3.connect(site / "var" / "registry.db")) as conn:
        (kept,) = conn.execute("select materials from actions where event = '修复申请'").fetchone()

    materials = json.loads(kept)
    assert materials["proof"][0]["file"] == "缴款凭证.pdf"
    assert len(materials["commitment"]["sha256"]) == 64
    assert materials["commitment"]["COMMITMENT_NO"] == PROMISE["承诺编码"]
    assert "张某丙" not in kept
    assert code(1) not in kept


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"承诺类型": "主动型"}, "应为“信用修复型”"),
        ({"承诺类型": "口头型"}, "承诺类型"),
        ({"承诺人代码": code(2)}, "不是当事人的统一社会信用代码"),
        ({"承诺作出日期": "2026-03-04"}, "晚于申请日期"),
        ({"承诺作出日期": "三月"}, "承诺作出日期"),
        ({"承诺有效期": "2026-03-02"}, "已过有效期"),
        ({"承诺内容": ""}, "承诺内容"),
        ({"承诺事由": "长" * 513}, "承诺事由"),
        ({"别的项目": "例"}, "没有这些项目"),
    ],
)
def test_a_commitment_that_is_not_in_order_is_refused(
    site: Path, tmp_path: Path, given: dict[str, str], says: str
) -> None:
    name = ids(site)[doc_no(1)]

    assert says in refused(site, LATER, "repair", name, *WHY, *papers(tmp_path, **given))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b'{"\xe6\x89\xbf": 1}', b"{"])
def test_a_commitment_that_cannot_be_read_is_refused(
    site: Path, tmp_path: Path, content: bytes
) -> None:
    name = ids(site)[doc_no(1)]
    words = papers(tmp_path)
    (tmp_path / "承诺.json").write_bytes(content)

    assert refused(site, LATER, "repair", name, *WHY, *words)


def test_a_repair_before_the_minimum_term_warns_and_a_basis_without_article_too(
    site: Path,
) -> None:
    name = ids(site)[doc_no(2)]

    done = told(site, LATER, "repair", name, "--reason", "准予修复", "--basis", "修复决定")

    assert done["state"] == "repaired"
    assert [text[:4] for text in done["warnings"]] == ["依据没有", "最短公示"]


def test_due_names_batches_that_wait_and_terms_that_are_over(site: Path, tmp_path: Path) -> None:
    policy = site / "schemas" / "policies" / "approval.yml"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(text.replace("default: automatic", "default: named"), encoding="utf-8")
    late = written(
        tmp_path / "新.csv", [row(9, "2026-03-02", **FINE), row(8, "2026-03-01", **FINE)]
    )
    told(site, LATER, "ingest", str(late))

    waiting = told(site, LATER, "due")
    over = told(site, "2029-02-12", "due")
    ahead = told(site, LATER, "due", "--ahead", "1200")

    (batch,) = waiting["actions"]
    assert (batch["what"], batch["due_on"], batch["count"]) == ("publish", "2026-03-10", 2)
    assert "approve" in batch["todo"]
    assert [each["count"] for each in over["actions"] if each["what"] == "expire"] == [1, 1, 1]
    assert all(each["overdue"] for each in over["actions"] if each["what"] == "expire")
    assert {each["what"] for each in ahead["actions"]} == {"publish", "expire"}
    assert "逾期" in said(site, "2029-02-12", "due")


def test_due_tells_a_provisional_day(site: Path) -> None:
    name = ids(site)[doc_no(1)]
    told(site, "2026-12-31", "withdraw", name, *WHY)

    found = {each["what"]: each for each in told(site, "2026-12-31", "due")["actions"]}

    assert (found["withdraw"]["due_on"], found["withdraw"]["provisional"]) == ("2027-01-05", True)
    assert "放假通知" in said(site, "2026-12-31", "due")


def test_explain_gives_rule_facts_and_result_with_sources(site: Path) -> None:
    name = ids(site)[doc_no(1)]

    answer = told(site, LATER, "explain", name)
    text = said(site, LATER, "explain", name)

    assert (answer["id"], answer["type"], answer["state"]) == (name, "penalty", "published")
    assert (answer["policy_row"], answer["publish_until"]) == ("NDRC58/一般", "2028-06-01")
    assert {"regimes/NDRC58", "fines"} <= set(answer["to_confirm"])
    rows = {each["row"]: each for each in answer["rows"]}
    assert rows["deadlines/publish"]["confidence"] == "sourced"
    for words in (
        "甲市示例局于2025年6月1日作出甲市监罚字〔2026〕1号行政处罚决定",
        "法人及非法人组织罚款达到10000元,列为一般",
        "最短公示3个月,最长公示36个月",
        "自2025年6月1日起算,最短至2025年9月1日,最长至2028年6月1日",
        "公示至2028年6月1日,当日仍公示,次日起终止",
        "应当在作出决定之日起7个工作日内公示",
        "本站首次公示于2026年3月2日,逾期",
        "凭记忆录入",
        "须经法制部门确认",
    ):
        assert words in text


def test_explain_after_new_rules_says_that_the_registry_lags(site: Path) -> None:
    name = ids(site)[doc_no(1)]

    text = said(site, "2026-04-01", "explain", name)

    assert "即NDRC36" in text
    assert "公示截止记载为2028-06-01,今天计算为2026-06-01" in text
    assert "下次 publish 时更新" in text


def test_explain_of_what_is_not_published_withdrawn_or_listed(site: Path) -> None:
    known = ids(site)
    ((entry,),) = public(site, "select entry_id from list_entries")
    told(site, LATER, "withdraw", known[doc_no(1)], *WHY)
    told(site, LATER, "publish")

    silent = said(site, LATER, "explain", known[doc_no(3)])
    gone = said(site, LATER, "explain", known[doc_no(1)])
    listed = said(site, LATER, "explain", entry)

    assert "轻微的处罚信息不公示" in silent
    assert "已撤回,2026年3月3日起(撤销:事实不清),上述公示期限不再适用" in gone
    assert "答复 410" in gone
    assert gone.index("2026年3月2日,公示") < gone.index("2026年3月3日,撤销")
    assert "所依据的行政处罚决定已撤回" in listed
    assert "严重违法失信名单" in listed


def test_explain_tells_an_open_application_and_dispute_with_their_days(
    site: Path, tmp_path: Path
) -> None:
    name = ids(site)[doc_no(1)]
    told(site, LATER, "dispute", name, *WHY)
    told(site, LATER, "repair", name, *WHY, *papers(tmp_path))

    text = said(site, LATER, "explain", name)

    assert "信用修复申请受理:自2026年3月3日起3个工作日,不晚于2026年3月6日" in text
    assert "需要核查的异议处理" in text
    assert "当事人的异议尚未了结" in text


def test_a_site_from_before_the_reason_codes_works_without_them(site: Path) -> None:
    (site / "schemas" / "codes" / "event-reasons.csv").unlink()
    name = ids(site)[doc_no(1)]

    assert "本站没有代码表" in refused(site, LATER, "withdraw", name, *WHY, "--code", "VOID")
    assert told(site, LATER, "withdraw", name, *WHY)["code"] is None


@pytest.mark.parametrize(
    "line", ["VOID,无效,重复,twice,第一条,sourced", "X,没有的事件,例,x,第一条,sourced", "Y"]
)
def test_a_broken_list_of_reasons_names_the_file(site: Path, line: str) -> None:
    file = site / "schemas" / "codes" / "event-reasons.csv"
    file.write_text(file.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")

    said_so = refused(site, LATER, "withdraw", ids(site)[doc_no(1)], *WHY, "--code", "VOID")

    assert "schemas/codes/event-reasons.csv" in said_so
