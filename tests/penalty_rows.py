"""Invented penalty rows for tests: plainly fictional, with valid check digits, and defects.

Everything is drawn from a seeded `random.Random`, so that a failure can be repeated.
"""

import random
from collections.abc import Callable
from datetime import date, timedelta

import polars as pl

from gongshi.formats import identity_no, registration_no, uscc
from gongshi.models import Letters, RawTable, Source
from gongshi.table_schema import TableSchema

TODAY = date(2026, 11, 22)
Row = dict[str, str]

_SUMS = {"0.2": "2000元", "1.5": "15000元", "20": "20万元", "0.05": "500元", "13.07": "13.07万元"}


def code(rng: random.Random, prefix: str) -> str:
    """Return a valid code of an area that does not exist."""
    body = f"{prefix}999999{rng.randint(0, 999_999_999):09}"
    return body + uscc.check_digit(body)


def identity(rng: random.Random) -> str:
    """Return a number with a valid check digit, of a province but no county."""
    body = f"119999{rng.randint(1950, 2000)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    body += f"{rng.randint(0, 999):03}"
    return body + identity_no.check_digit(body)


def clean_row(rng: random.Random, number: int) -> Row:
    """Return a row without any finding but, at most, lateness."""
    row = _decision(rng, number)
    party = rng.choice((_organisation, _organisation, _sole_trader, _person))
    return row | party(rng, number)


def _decision(rng: random.Random, number: int) -> Row:
    day = TODAY - timedelta(days=rng.randint(0, 1000))
    fine = rng.choice(tuple(_SUMS))
    authority = "11999999000000001"
    authority += uscc.check_digit(authority)
    return {
        "CF_WSH": f"甲市监罚字〔{day.year}〕{number}号",
        "CF_WFXW": "销售侵犯注册商标专用权的商品",
        "CF_SY": f"当事人于{day.year}年销售标有示例字样的服装若干件，货值若干。",
        "CF_YJ": "《中华人民共和国商标法》第六十条",
        "CF_CFLB": "罚款",
        "CF_NR": f"责令停止违法行为，罚款{_SUMS[fine]}。",
        "CF_NR_FK": fine,
        "CF_JDRQ": day.isoformat(),
        "CF_YXQ": rng.choice(("2099-12-31", (day + timedelta(days=365)).isoformat())),
        "CF_GSJZQ": rng.choice(("", (day + timedelta(days=365)).isoformat())),
        "CF_CFJG": "甲市市场监督管理局",
        "CF_CFJGDM": authority,
        "CF_SJLY": "甲市市场监督管理局",
        "CF_SJLYDM": authority,
    }


def _organisation(rng: random.Random, number: int) -> Row:
    return {
        "CF_XDR_MC": f"甲市示例商贸{number}有限公司",
        "CF_XDR_LB": "法人及非法人组织",
        "CF_XDR_SHXYM": code(rng, "91"),
        "CF_FRDB": "张示例",
    }


def _sole_trader(rng: random.Random, number: int) -> Row:
    row = {"CF_XDR_MC": f"甲市示例{number}副食店", "CF_XDR_LB": "个体工商户", "CF_FRDB": "李示例"}
    if rng.random() < 0.3:
        body = f"119999{rng.randint(0, 99_999_999):08}"
        number_ = body + registration_no.check_digit(body)
        return row | {"CF_XDR_SHXYM": uscc.PLACEHOLDER, "CF_XDR_GSZC": number_}
    return row | {"CF_XDR_SHXYM": code(rng, "92")}


def _person(rng: random.Random, number: int) -> Row:
    return {
        "CF_XDR_MC": f"王示例{number}",
        "CF_XDR_LB": "自然人",
        "CF_XDR_ZJLX": "身份证",
        "CF_XDR_ZJHM": identity(rng),
    }


ODD_CELLS = (
    "", " ", "　", "\u200b", "无", "NULL", "——", "null", "0", "-1", "1e3", "1_000", "NaN", "inf",
    "0.0000001", "0.2000000", "999999999999", "1234567890123", "\uff11\uff12", " 5", "5.", ".5",
    "2千", "2023-2-5", "2023-02-30", "2023/02/05", "20230205", "0001-01-01", "2023-02-05 ",
    "1900-01-01", "2999-01-01", "罚款", "警告;罚款", "警告；没收违法所得", "其他",
    "其他-责令改正", "批评教育", "暂扣许可证件", "没收违法所得、没收非法财物", "罚款、警告",
    "法人及非法人组织", "自然人", "个体工商户", "身份证", "护照号", "其他-军官证", "学生证",
    "9.11101E+17", "911101085513850000",
    "00000000000000000X", "000000000000000000", "甲" * 129, "甲" * 201, "甲" * 256, "甲" * 4001,
    "适用简易程序", "原适用简易程序，后转为普通程序", "当场处罚50元", "涉密，不予公开",
    "罚款2000元", "罚款2万元并没收违法所得3.5万元", "罚款贰拾万元整", "甲市监当罚〔2023〕1号",
    "甲监罚2023-1", "（2023）1号", "甲市监罚字[2023]1号", "👨‍👩‍👧",
    "é", "𠀀𠀁", "x\ny", "E12345678",
)  # fmt: skip


def dirty_row(rng: random.Random, number: int, names: tuple[str, ...]) -> Row:
    """Return a row with up to three cells replaced by something odd."""
    row = clean_row(rng, number)
    for _ in range(rng.randint(0, 3)):
        row[rng.choice(names)] = rng.choice((*ODD_CELLS, code(rng, "91"), code(rng, "92")))
    if rng.random() < 0.1 and row.get("CF_XDR_SHXYM"):
        place = rng.randrange(18)
        text = row["CF_XDR_SHXYM"].ljust(18)
        row["CF_XDR_SHXYM"] = text[:place] + rng.choice(uscc.ALPHABET) + text[place + 1 :]
    return row


def raw_table(
    schema: TableSchema, rows: list[Row], absent: frozenset[str] = frozenset()
) -> RawTable:
    """Return `rows` as reading hands them over, one line per source row, from row 2."""
    data = {name: [row.get(name, "") for row in rows] for name in schema.names}
    index = {
        "_sheet": pl.Series(["Sheet1"] * len(rows), dtype=pl.String),
        "_row": pl.Series(range(2, len(rows) + 2), dtype=pl.UInt32),
    }
    strings = {name: pl.Series(values, dtype=pl.String) for name, values in data.items()}
    return RawTable(
        source=Source(agency="standard", file="rows.csv", sha256="0" * 64),
        schema=schema.name,
        frame=pl.DataFrame(index | strings),
        columns=Letters(
            {"Sheet1": {name: letter(place) for place, name in enumerate(schema.names)}}
        ),
        absent=absent,
    )


def letter(place: int) -> str:
    """Return the spreadsheet letter of a column counted from 0."""
    return (chr(64 + place // 26) if place >= 26 else "") + chr(65 + place % 26)


def table_of(
    schema: TableSchema, count: int, seed: int, make: Callable[[random.Random, int], Row]
) -> RawTable:
    """Return `count` rows made by `make` with a generator of `seed`."""
    rng = random.Random(seed)  # noqa: S311  invented data, not secrets
    return raw_table(schema, [make(rng, number) for number in range(1, count + 1)])
