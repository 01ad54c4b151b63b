"""Names in text: who is introduced, what only looks like a name, and how masks are numbered."""

from collections import Counter

import pytest

from gongshi.redaction import Subject, redact, redact_record
from gongshi.redaction.forms import is_name
from gongshi.redaction.masking import mask
from gongshi.redaction.names import introduced
from tests import redaction_corpus as corpus

INTRODUCED = [
    ("证人王小明证实", ["王小明"]),
    ("证人王明证实", ["王明"]),
    ("当事人于海波，男", ["于海波"]),
    ("投诉人李向阳称", ["李向阳"]),
    ("委托代理人张三、李四和王五到场", ["张三", "李四", "王五"]),
    ("从王小明处购进白酒", ["王小明"]),
    ("经营者王大力的询问笔录", ["王大力"]),
    ("对赵六给予警告", ["赵六"]),
    ("张三、李四等三人", ["张三", "李四"]),
    ("欧阳小明，男，", ["欧阳小明"]),
    ("员工王 明在店内", ["王 明"]),
    ("负责人王五，身份证", ["王五"]),
    ("王小明系该公司员工", ["王小明"]),
    ("买买提·吐尔逊证实", ["买买提·吐尔逊"]),
    ("证人阿不都·热合曼在场", ["阿不都·热合曼"]),
    ("买买提·汗在店内销售，其亲属阿依·汗协助", ["买买提·汗", "阿依·汗"]),
    ("姓名：John Example，", ["John Example"]),
    ("执法人员赵一二、钱三四到场", ["赵一二", "钱三四"]),
    ("户名：张三丰", ["张三丰"]),
    ("司机 孙七驾驶", ["孙七"]),
    ("接诊医生周小八未取得", ["周小八"]),
    ("其妻子慕容雪代为经营", ["慕容雪"]),
    ("法定代表人：吴九", ["吴九"]),
]

NOBODY = [
    "当事人于店内销售",
    "当事人高度重视，积极整改",
    "当事人应当在十五日内缴纳",
    "当事人申请延期",
    "当事人时任何职不详",
    "对当事人作出行政处罚",
    "消费者黄某购买",
    "投诉人张某某称",
    "白菜、黄瓜、马铃薯、石榴、高粱",
    "销售金银花、石英表、马蹄莲",
    "温州鞋革、武夷岩茶、金华火腿",
    "鲁班路、张江路、高明区、白云路",
    "安全管理人员未经考核合格",
    "从严从重从快查处",
    "方案由安监部门批准",
    "《中华人民共和国安全生产法》第九十四条",
    "查获王老吉凉茶、李宁运动鞋、张小泉剪刀等商品",
    "经营者向我局提交了进货票据",
    "从业人员未取得健康证明",
    "管理制度不健全",
    "向社会公众发放宣传单",
]


@pytest.mark.parametrize(("text", "people"), INTRODUCED, ids=[text for text, _ in INTRODUCED])
def test_introduced_persons_are_found(text: str, people: list[str]) -> None:
    found = introduced(text)

    assert [text[mention.start : mention.end] for mention in found] == people


@pytest.mark.parametrize("text", NOBODY)
def test_what_only_looks_like_a_name_stays(text: str) -> None:
    assert redact(text).text == text


def test_one_person_has_one_mask_in_a_record_and_two_have_two() -> None:
    texts = redact_record(["证人张三证实，证人张四到场。", "张四与张三系同事，李某在场"], Subject())

    assert [each.text for each in texts] == [
        "证人张某1证实，证人张某2到场。",
        "张某2与张某1系同事，李某在场",
    ]


def test_a_mask_of_the_source_is_taken() -> None:
    assert redact("张某称，证人张三在场").text == "张某称，证人张某1在场"


def test_the_party_keeps_its_own_mask() -> None:
    subject = Subject(masked={"张三丰": "张某某"})

    text = redact_record(["张三丰与员工张大力到场，张三丰签字"], subject)[0].text

    assert text == "张某某与员工张某1到场，张某某签字"


def test_a_shown_name_stays_and_is_not_read_as_another() -> None:
    subject = Subject(shown=frozenset({"王五"}))

    text = redact_record(["法定代表人王五，负责人王五在场，证人赵六在场"], subject)[0].text

    assert text == "法定代表人王五，负责人王五在场，证人赵某在场"


def test_a_legal_representative_named_in_the_text_only_stays_by_policy() -> None:
    text = "法定代表人：吴九，现场负责人郑十"

    assert redact(text, Subject(keep_legal=True)).text == "法定代表人：吴九，现场负责人郑某"
    assert redact(text).text == "法定代表人：吴某，现场负责人郑某"


def test_firms_places_and_laws_that_begin_with_a_known_name_stay() -> None:
    subject = Subject(masked={"张三": "张某"})

    text = redact_record(["张三在张三副食店销售，《张三法》，张三村，张三的陈述"], subject)[0].text

    assert text == "张某在张三副食店销售，《张三法》，张三村，张某的陈述"


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张某"),
        ("张三丰", "张某某"),
        ("欧阳示范", "欧阳某某"),
        ("欧阳示", "欧阳某"),
        ("买买提·汗", "买某某"),
    ],
)
def test_party_masks_keep_the_surname(name: str, masked: str) -> None:
    assert mask(name) == masked
    assert not is_name(masked)


@pytest.mark.parametrize(
    ("name", "least"),
    [("tuning", 0.985), ("seventh", 0.97), *((name, 0.97) for name in corpus.SCORING)],
)
def test_recall_and_precision_on_the_labelled_corpus(name: str, least: float) -> None:
    planted: Counter[str] = Counter()
    leaked: Counter[str] = Counter()
    public = touched = 0
    for item in corpus.texts(name, each=4):
        shown = frozenset({item.legal_rep} if item.legal_rep else ())
        spans = redact_record([item.text], Subject(shown=shown))[0].spans
        covered = {at for span in spans for at in range(span.start, span.end)}
        for one in item.secret:
            planted[one.kind] += 1
            leaked[one.kind] += not covered.issuperset(range(one.start, one.end))
        stays = [p for p in item.public if p.kind != "像证代码"]  # unlabelled, as safe as can be
        public += len(stays)
        touched += sum(not covered.isdisjoint(range(p.start, p.end)) for p in stays)

    assert planted["name"] > 700
    assert leaked["name"] <= (1 - least) * planted["name"]
    assert not any(leaked[kind] for kind in ("identity_no", "mobile", "account"))
    assert touched <= 0.02 * public
