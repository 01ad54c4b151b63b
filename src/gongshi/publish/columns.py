"""The columns of the public tables: name, Chinese title, type, and where the value comes from.

One definition for the tables, the exports and the data package. `source` is an SQL expression
over the registry's row `r`. Dates are ISO text, amounts whole fen.
"""

from dataclasses import dataclass

_AMOUNT_BANDS = (
    (0, "无罚款"),
    (1_000_00, "1千元以下"),
    (10_000_00, "1千元至1万元"),
    (100_000_00, "1万元至10万元"),
    (1_000_000_00, "10万元至100万元"),
)
"""Upper bounds of a fine in fen, inclusive, and what the band is called."""

_TOP_BAND = "100万元以上"


@dataclass(frozen=True, slots=True)
class Column:
    """One public column; without a `source` it is the registry's column of the same name."""

    name: str
    title: str
    type: type = str
    source: str = ""

    @property
    def expression(self) -> str:
        """Return the SQL expression that gives the value from a registry row `r`."""
        return self.source or f"r.{self.name}"


def _amount_band() -> str:
    """Return the SQL expression for the band of a fine; no fine stated is no fine."""
    cases = " ".join(
        f"when coalesce(r.fine_fen, 0) <= {bound} then '{name}'" for bound, name in _AMOUNT_BANDS
    )
    return f"case {cases} else '{_TOP_BAND}' end"


_KINDS_JSON = (
    "case when coalesce(r.kinds, '') = '' then '[]' "
    """else '[' || replace(json_quote(r.kinds), ';', '","') || ']' end"""
)

PENALTIES: tuple[Column, ...] = (
    Column("penalty_id", "公示编号"),
    Column("doc_no", "行政处罚决定书文号"),
    Column("authority", "处罚机关"),
    Column("authority_code", "处罚机关统一社会信用代码"),
    Column("party", "行政相对人名称"),
    Column("party_category", "行政相对人类别"),
    Column("uscc", "统一社会信用代码"),
    Column("reg_no", "工商注册号"),
    Column("legal_rep", "法定代表人"),
    Column("violation_type", "违法行为类型"),
    Column("facts", "违法事实"),
    Column("basis", "处罚依据"),
    Column("kinds", "处罚类别"),
    Column("content", "处罚内容"),
    Column("fine_fen", "罚款金额(分)", int),
    Column("confiscated_fen", "没收金额(分)", int),
    Column("licence_affected", "暂扣或吊销证照名称及编号"),
    Column("decided_on", "处罚决定日期"),
    Column("valid_until", "处罚有效期"),
    Column("performance", "履行方式和期限"),
    Column("severity", "处罚轻重(系统按规则计算)"),
    Column("policy_row", "所依规则"),
    Column("received_on", "收到日期"),
    Column("published_on", "公示日期"),
    Column("publish_until", "公示截止日期"),
    Column("min_until", "最短公示期截止日期"),
    Column("disputed", "异议处理中", int, "coalesce(r.disputed, 0)"),
    Column("version", "版本", int),
    Column("redactions", "脱敏处数", int),
    Column("source_unit", "数据来源单位"),
    Column("source_unit_code", "数据来源单位统一社会信用代码"),
    Column("region_code", "行政区划代码"),
    Column("batch", "来源批次"),
    Column("year", "处罚年份", int, "cast(substr(r.decided_on, 1, 4) as integer)"),
    Column("amount_band", "罚款金额区间", str, _amount_band()),
    Column("kinds_json", "处罚类别(数组)", str, _KINDS_JSON),
    Column("list_codes", "在列名单", str, "null"),
    Column("seq", "变更序号", int),
)
"""`list_codes` is filled once the list entries are known; `seq` is that of the last change."""

FULL_TEXTS: tuple[Column, ...] = (
    Column("penalty_id", "公示编号"),
    Column("doc_no", "行政处罚决定书文号"),
    Column("authority", "处罚机关"),
    Column("party", "行政相对人名称"),
    Column("full_text", "决定书全文"),
)
"""One row for each shown penalty whose decision is published in full."""

LIST_ENTRIES: tuple[Column, ...] = (
    Column("entry_id", "列入编号"),
    Column("list_code", "名单代码"),
    Column("colour", "名单性质"),
    Column("party", "主体名称"),
    Column("party_category", "主体类别"),
    Column("uscc", "统一社会信用代码"),
    Column("reg_no", "工商注册号"),
    Column("legal_rep", "法定代表人"),
    Column("listing_doc_no", "列入决定文书号"),
    Column("listed_on", "列入日期"),
    Column("reason", "列入事由"),
    Column("basis", "列入依据"),
    Column("authority", "认定单位"),
    Column("authority_code", "认定单位统一社会信用代码"),
    Column("measures_note", "惩戒或激励措施提示"),
    Column("removal_conditions", "移出条件"),
    Column("until", "期满日期"),
    Column("published_on", "公示日期"),
    Column(
        "penalty_id",
        "相关处罚公示编号",
        str,
        "(select p.penalty_id from penalties p where p.penalty_id = r.penalty_id and p.shown = 1)",
    ),
    Column("redactions", "脱敏处数", int),
    Column("source_unit", "数据来源单位"),
    Column("source_unit_code", "数据来源单位统一社会信用代码"),
    Column("seq", "变更序号", int),
)
"""A link to a penalty that is no longer shown is not shown either."""

LICENSES: tuple[Column, ...] = (
    Column("license_id", "公示编号"),
    Column("doc_name", "行政许可决定文书名称"),
    Column("doc_no", "行政许可决定文书号"),
    Column("authority", "许可机关"),
    Column("authority_code", "许可机关统一社会信用代码"),
    Column("party", "行政相对人名称"),
    Column("party_category", "行政相对人类别"),
    Column("uscc", "统一社会信用代码"),
    Column("reg_no", "工商注册号"),
    Column("legal_rep", "法定代表人"),
    Column("license_kind", "许可类别"),
    Column("certificate", "许可证书名称"),
    Column("certificate_no", "许可编号"),
    Column("content", "许可内容"),
    Column("decided_on", "许可决定日期"),
    Column("valid_from", "有效期自"),
    Column("valid_until", "有效期至"),
    Column("policy_row", "所依规则"),
    Column("received_on", "收到日期"),
    Column("published_on", "公示日期"),
    Column("publish_until", "公示截止日期"),
    Column("disputed", "异议处理中", int, "coalesce(r.disputed, 0)"),
    Column("version", "版本", int),
    Column("redactions", "脱敏处数", int),
    Column("source_unit", "数据来源单位"),
    Column("source_unit_code", "数据来源单位统一社会信用代码"),
    Column("region_code", "行政区划代码"),
    Column("batch", "来源批次"),
    Column("year", "许可年份", int, "cast(substr(r.decided_on, 1, 4) as integer)"),
    Column("seq", "变更序号", int),
)
"""`publish_until` is null where a licence holds for a long term."""

PARTIES: tuple[Column, ...] = (
    Column("uscc", "统一社会信用代码"),
    Column("name", "名称"),
    Column("region_code", "登记地行政区划代码"),
    Column("penalties", "在示处罚数", int),
    Column("entries", "在列名单数", int),
    Column("licenses", "在示许可数", int),
)

AUTHORITIES: tuple[Column, ...] = (
    Column("authority_code", "统一社会信用代码"),
    Column("name", "名称"),
    Column("region_code", "行政区划代码"),
    Column("penalties", "在示处罚数", int),
    Column("licenses", "在示许可数", int),
)

LISTS: tuple[Column, ...] = (
    Column("list_code", "名单代码"),
    Column("title", "名单名称"),
    Column("title_en", "名单英文名称"),
    Column("colour", "名单性质"),
    Column("basis", "设立依据"),
    Column("authority", "认定单位"),
    Column("term_months", "公示期(月)", int),
    Column("early_removal_months", "可申请提前移出(月)", int),
    Column("natural_persons", "自然人"),
    Column("measures", "惩戒或激励措施"),
    Column("removal_conditions", "移出条件"),
    Column("entries", "在列主体数", int),
    Column("seq", "变更序号", int),
)

EVENTS: tuple[Column, ...] = (
    Column("seq", "变更序号", int),
    Column("op", "变更"),
    Column("type", "类型"),
    Column("id", "编号"),
    Column("at", "日期"),
    Column("reason", "原因"),
    Column("basis", "依据"),
)

TOMBSTONES: tuple[Column, ...] = (
    Column("id", "编号"),
    Column("type", "类型"),
    Column("ended_on", "终止日期"),
    Column("reason", "原因"),
    Column("basis", "依据"),
    Column("authority", "处罚机关"),
    Column("doc_no", "行政处罚决定书文号"),
    Column("seq", "变更序号", int),
)

RELEASES: tuple[Column, ...] = (
    Column("release", "发布期号", int),
    Column("day", "发布日期"),
    Column("seq", "变更序号", int),
    Column("penalties", "在示处罚数", int),
    Column("entries", "在列主体数", int),
    Column("added", "新增处罚数", int),
    Column("changed", "变更数", int),
    Column("ended", "终止处罚数", int),
    Column("entries_added", "新列入数", int),
    Column("entries_ended", "移出数", int),
    Column("licenses", "在示许可数", int),
    Column("licenses_added", "新增许可数", int),
    Column("licenses_ended", "终止许可数", int),
    Column("manifest_sha256", "清单散列值"),
)
"""The release's own row has no hash: its manifest is made after its database."""

OVERRIDES: tuple[Column, ...] = (
    Column("batch", "批次"),
    Column("agency", "报送机构"),
    Column("received_on", "接收日期"),
    Column("gates", "未通过的检查"),
    Column("reason", "放行理由"),
    Column("overridden_by", "放行人"),
)
"""Batches that a person let pass a gate; the name only where the site shows it."""

COUNTS: tuple[Column, ...] = (
    Column("table", "表"),
    Column("column", "列"),
    Column("value", "值"),
    Column("n", "数量", int),
)

KEYS = {
    "penalties": "penalty_id",
    "licenses": "license_id",
    "full_texts": "penalty_id",
    "list_entries": "entry_id",
    "parties": "uscc",
    "authorities": "authority_code",
    "lists": "list_code",
    "events": "seq",
    "tombstones": "id",
    "releases": "release",
    "overrides": "batch",
    "counts": ("table", "column", "value"),
}
"""The primary key of each table of the public database."""

TABLES: dict[str, tuple[Column, ...]] = {
    "penalties": PENALTIES,
    "licenses": LICENSES,
    "full_texts": FULL_TEXTS,
    "list_entries": LIST_ENTRIES,
    "parties": PARTIES,
    "authorities": AUTHORITIES,
    "lists": LISTS,
    "events": EVENTS,
    "tombstones": TOMBSTONES,
    "releases": RELEASES,
    "overrides": OVERRIDES,
    "counts": COUNTS,
}
"""Every table of the public database but the search index."""

FACETS: dict[str, tuple[str, ...]] = {
    "penalties": (
        "authority",
        "region_code",
        "year",
        "severity",
        "party_category",
        "amount_band",
        "kinds_json",
    ),
    "licenses": ("authority", "region_code", "year", "license_kind", "party_category"),
}
"""Columns that pages filter and count by, by table; `kinds_json` counts each of its values."""
