"""A stricter policy takes effect with the next publish on what is already in. Invented."""

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from gongshi import pipeline, tightening
from gongshi.declarations.redaction_policy import load_redaction_policy
from gongshi.formats import identity_no, uscc
from gongshi.registry import open_registry, transaction
from gongshi.site import Site, create
from gongshi.verify import verify

DAY, NEXT = date(2026, 11, 20), date(2026, 11, 21)
FIRST = "11990100MB0000001"
AUTHORITY = FIRST + uscc.check_digit(FIRST)
NUMBER = "11000019850101001"
PERSON = {
    "CF_XDR_MC": "王示例",
    "CF_XDR_LB": "自然人",
    "CF_XDR_ZJLX": "身份证",
    "CF_XDR_ZJHM": NUMBER + identity_no.check_digit(NUMBER),
    "CF_WSH": "甲市监罚〔2026〕1号",
    "CF_SY": "当事人王示例无照经营,网站登记邮箱为 shili@example.com。",
}
COMPANY = {
    "CF_XDR_MC": "甲市示例商贸有限公司",
    "CF_XDR_LB": "法人及非法人组织",
    "CF_XDR_SHXYM": "91990100MA0000001" + uscc.check_digit("91990100MA0000001"),
    "CF_FRDB": "赵示例",
    "CF_WSH": "甲市监罚〔2026〕2号",
    "CF_SY": "当事人法定代表人赵示例到场,电话010-55550000。",
}
COMMON = {
    "CF_WFXW": "无照经营",
    "CF_YJ": "《无证无照经营查处办法》第十三条",
    "CF_CFLB": "罚款",
    "CF_NR": "罚款2万元。",
    "CF_NR_FK": "2",
    "CF_JDRQ": "2026-11-03",
    "CF_YXQ": "2099-12-31",
    "CF_CFJG": "甲市市场监督管理局",
    "CF_CFJGDM": AUTHORITY,
    "CF_SJLY": "甲市市场监督管理局",
    "CF_SJLYDM": AUTHORITY,
}
SHOWN = ("王示例", "赵示例", "shili@example.com", "010-55550000")


def restrict(site: Site, **given: object) -> None:
    """Change the row of redaction that holds everywhere."""
    file = site.schemas / "policies" / "redaction.yml"
    text = yaml.safe_load(file.read_text(encoding="utf-8"))
    text["rows"][0] |= given
    file.write_text(yaml.safe_dump(text, allow_unicode=True), encoding="utf-8")


def lax() -> dict[str, Any]:
    return {"natural_person_name": "full", "elements": {"email": "shown", "landline": "shown"}}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site that shows what its policy lets it show, published once."""
    made = create(tmp_path / "site")
    made.require()
    restrict(made, **lax())
    file = tmp_path / "a.csv"
    rows = [dict.fromkeys((*PERSON, *COMPANY), "") | COMMON | row for row in (PERSON, COMPANY)]
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    told = pipeline.ingest(pipeline.open_desk(made, agency="standard", today=DAY), [file])
    assert told[0].taken == 2, list(told[0].findings)
    pipeline.publish(made, today=DAY)
    assert {word for word in SHOWN if in_public(made, word)} == set(SHOWN)
    return made


@pytest.fixture
def conn(site: Site) -> Iterator[sqlite3.Connection]:
    with closing(open_registry(site.registry)) as connection:
        yield connection


def in_public(site: Site, word: str) -> bool:
    files = [file for file in site.build.rglob("*") if file.is_file()]
    return any(word.encode() in file.read_bytes() for file in files)


@pytest.mark.parametrize(
    ("change", "gone"),
    [
        ({"natural_person_name": "surname"}, {"王示例"}),
        ({"legal_representative": "masked"}, {"赵示例"}),
        ({"elements": {"landline": "shown"}}, {"shili@example.com"}),
        ({"elements": {}}, {"shili@example.com", "010-55550000"}),
    ],
)
def test_what_may_not_be_shown_any_more_is_masked_with_the_next_publish(
    site: Site, conn: sqlite3.Connection, change: dict[str, Any], gone: set[str]
) -> None:
    before = conn.execute("select penalty_id, party_key from penalties").fetchall()
    restrict(site, **change)

    told = pipeline.publish(site, today=NEXT)

    assert {word for word in SHOWN if not in_public(site, word)} == gone
    assert (told["restated"], told["changed"], told["ended"]) == (
        told["changed"],
        told["restated"],
        0,
    )
    assert conn.execute("select penalty_id, party_key from penalties").fetchall() == before
    assert list(verify(conn, NEXT)) == []
    again = pipeline.publish(site, today=NEXT)
    assert (again["release"], again["restated"]) == (told["release"], 0)


def test_where_persons_are_not_published_any_more_their_records_come_down(
    site: Site, conn: sqlite3.Connection
) -> None:
    restrict(site, natural_person_name="unpublished")

    told = pipeline.publish(site, today=NEXT)

    assert (told["ended"], told["added"]) == (1, 0)
    assert not in_public(site, "王示例")
    assert not in_public(site, "甲市监罚〔2026〕1号")
    ended = conn.execute("select op, reason from events where op = 'DEL'").fetchall()
    assert ended == [("DEL", "公示结束")]
    assert list(verify(conn, NEXT)) == []


def test_where_persons_are_published_again_they_come_back_masked_as_they_were(
    site: Site, conn: sqlite3.Connection
) -> None:
    restrict(site, natural_person_name="unpublished")
    pipeline.publish(site, today=NEXT)
    restrict(site, natural_person_name="full")

    told = pipeline.publish(site, today=NEXT)

    assert told["added"] == 1
    assert in_public(site, "王某某")
    assert not in_public(site, "王示例")
    assert list(verify(conn, NEXT)) == []


def test_a_policy_that_shows_more_changes_nothing_that_is_in(site: Site) -> None:
    restrict(site, elements={"email": "shown", "landline": "shown", "plate": "shown"})

    told = pipeline.publish(site, today=NEXT)

    assert (told["restated"], told["changed"]) == (0, 0)


def test_a_batch_that_waited_while_the_policy_changed_is_masked_before_it_is_seen(
    site: Site, tmp_path: Path
) -> None:
    file = site.schemas / "policies" / "approval.yml"
    text = yaml.safe_load(file.read_text(encoding="utf-8")) | {"default": "named"}
    file.write_text(yaml.safe_dump(text, allow_unicode=True), encoding="utf-8")
    rows = [
        COMMON
        | PERSON
        | {"CF_XDR_MC": "孙示例", "CF_SY": "孙示例无照经营。", "CF_WSH": "甲市监罚〔2026〕9号"}
    ]
    late = tmp_path / "late.csv"
    with late.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    told = pipeline.ingest(pipeline.open_desk(site, agency="standard", today=DAY), [late])
    restrict(site, natural_person_name="surname")
    pipeline.publish(site, today=NEXT)

    pipeline.approve(site, told[0].batch, by="李示例")
    pipeline.publish(site, today=NEXT)

    assert in_public(site, "孙某某")
    assert not in_public(site, "孙示例")


def test_full_texts_and_rules_of_publication_hold_for_what_is_in(site: Site) -> None:
    file = site.schemas / "policies" / "publication.yml"
    text = yaml.safe_load(file.read_text(encoding="utf-8"))
    law = {"source": "示例", "confidence": "sourced"}
    text["never"].append({"categories": ["自然人"], "reason": "自然人不公示", **law})
    file.write_text(yaml.safe_dump(text, allow_unicode=True), encoding="utf-8")

    told = pipeline.publish(site, today=NEXT)

    assert told["ended"] == 1
    assert not in_public(site, "王示例")


def test_a_batch_of_which_nothing_stands_any_more_is_passed_over(
    site: Site, conn: sqlite3.Connection
) -> None:
    conn.execute("update penalty_records set batch = 'B20991231-0001'")
    restrict(site, natural_person_name="surname")

    with transaction(conn):
        restated = tightening.tighten(conn, load_redaction_policy(policies(site), NEXT), NEXT)

    assert restated == 0


def policies(site: Site) -> Path:
    return site.schemas / "policies"
