"""Rows of the 双公示 licence template and of transferred cases, invented, for several tests."""

from tests.one_record import AUTHORITY, code

LICENSE = {
    "XK_XDR_LB": "法人及非法人组织",
    "XK_FRDB": "张某甲",
    "XK_XKWS": "准予行政许可决定书",
    "XK_XKLB": "普通",
    "XK_XKZS": "食品经营许可证",
    "XK_NR": "预包装食品销售。",
    "XK_YXQZ": "2026-02-10",
    "XK_YXQZI": "2026-03-05",
    "XK_XKJG": "甲市示例局",
    "XK_XKJGDM": AUTHORITY,
    "XK_ZT": "1",
    "XK_LYDW": "甲市示例局",
    "XK_LYDWDM": AUTHORITY,
}
TRANSFER = {
    "PARTY_CATEGORY": "法人及非法人组织",
    "LEGAL_REP": "张某甲",
    "OFFENCE": "生产、销售伪劣产品罪",
    "FACTS": "当事人销售不合格的示例产品。",
    "BASIS": "《行政执法机关移送涉嫌犯罪案件的规定》第三条",
    "TRANSFERRED_ON": "2026-02-20",
    "AUTHORITY": "甲市示例局",
    "AUTHORITY_CODE": AUTHORITY,
    "RECEIVER": "甲市公安局",
    "OUTCOME": "已移送",
    "SOURCE_UNIT": "甲市示例局",
    "SOURCE_UNIT_CODE": AUTHORITY,
}


def permit_no(number: int) -> str:
    """Return the number of a decision on a licence."""
    return f"甲市监许〔2026〕{number}号"


def permit(number: int, **given: str) -> dict[str, str]:
    """Return one row of the licence template: valid until 2026-03-05 unless told otherwise."""
    return {
        **LICENSE,
        "XK_XDR_MC": f"甲市示例{number}号食品有限公司",
        "XK_XDR_SHXYM": code(100 + number),
        "XK_XDR_ZJLX": "",
        "XK_XDR_ZJHM": "",
        "XK_WSH": permit_no(number),
        "XK_XKBH": f"JY19901{number:07d}",
        "XK_JDRQ": "2026-02-10",
        **given,
    }


def moved(number: int, **given: str) -> dict[str, str]:
    """Return one row of the table of transferred cases."""
    return {
        **TRANSFER,
        "PARTY": f"甲市移送{number}号商贸有限公司",
        "USCC": code(900 + number),
        "ID_TYPE": "",
        "ID_NO": "",
        "TRANSFER_DOC_NO": f"甲市监移字〔2026〕{number}号",
        "PENALTY_DOC_NO": "",
        "OUTCOME_ON": "",
        "DOCKET": "",
        **given,
    }
