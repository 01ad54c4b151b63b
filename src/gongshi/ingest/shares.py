"""Which part of a decision's text is about which party.

A decision on several parties reads «对甲公司罚款20万元；对张某警告并罚款5万元»: each party's share
is the clauses that name it. A clause begins at the verb before a name (对, 给予, 责令, 禁止 …) and
ends where the clause of another party begins. A name that the text shortens is taken where it can
only be one of the row's organisations. Whatever cannot be divided so is doubtful, and a doubtful
row is refused: no fine may be laid at the wrong door.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from gongshi.ingest.deciding import deciding
from gongshi.ingest.parties import Party
from gongshi.ingest.rules import Doubt

_FIELD = "CF_NR"
_VERB = r"(?:对于?|给予|予以|责令|禁止|取消|撤销)"
_OUTCOME = (
    r"(?:警告|罚款|罚金|处罚|没收|改正|整改|限期|停业|停止|停产|通报|纪律|任职|资格|终身|终生|从事|从业"
    r"|进入|行政|采取|作出|进行|人民币|合计|共计|取消|撤销|禁止|责令|接受"
    r"|(?:银行业|保险业|金融机构|高级管理|高管|董事|监事|理事|行长|主任)[^，。；]{0,16}资格"
    r"|[0-9\uff10-\uff19一二三四五六七八九十百]+(?:年|个月|万|千|元|次))"
)
_NO_NAME = r"(?:其(?!他|余)|该|你|以上|上述|前述|违|案|此|涉案|分别|并|处|给|予|以|应)"
_TARGET = re.compile(
    rf"{_VERB}(?!{_OUTCOME}|{_NO_NAME})([^，,。；;：:\n]{{2,80}}?)"
    rf"(?=[的]?(?:{_OUTCOME}|处|给予|予以|责令|禁止|取消|撤销|分别|各|并|均)|[，,。；;：:\n]|$)"
)
"""What a verb is aimed at: a name with or without an office before it."""
_OWN_WORD = re.compile(
    r"(?:责令|对|给予)(?:该|你|其)?(?P<name>公司|机构|单位|银行|支行|分行|联社|信用社)(?![\u3400-\u9fff]{0,4}[长员])"
    r"|[该你](?P<that>公司|机构|单位|银行|支行|分行|联社|信用社|行|社)(?![长员])"
)
"""A word for the row's only organisation."""
_ACTION = re.compile(
    r"警告|罚款|罚金|没收|取消|撤销|禁止|责令|停止|限制|吊销|暂扣|通报|改正|拘留|处以|万元|[0-9]元"
)
_AIM = re.compile(_VERB)
_LEAD = re.compile(
    r"[\s。；;，,、:：]*(?:[（(]?[0-9一二三四五六七八九十]{1,2}[）).\uff0e、]\s*)*"
    r"(?:并|另|同时|分别|一并|决定|我局|依法|拟)*$"
)
_LIST_MARK = re.compile(r"[\s（(]*[0-9一二三四五六七八九十]{1,2}[）).\uff0e、]\s*$|[\s]+$")
_PAUSE = re.compile(r"[。；;，,：:\n]")
_EACH = re.compile(r"分别|各自|各处|各罚|各给予|均|每人|每家|各[0-9一二三四五六七八九十两]")
_MONEY = re.compile(
    r"[0-9一二三四五六七八九十百千万零\u3007两壹贰叁肆伍陆柒捌玖拾佰仟]\s*(?:[万亿千百])*元"
)
_BAN = re.compile(r"取消[^，。；]*任职资格[^，。；]*|禁止[^，。；]*(?:从事|进入|担任)[^，。；]*")
_BRANCH = re.compile(
    r"(?:分公司|支公司|分行|支行|营业部|分理处|储蓄所|中心|服务部|门市部|信用社|分社|所)$"
)
_SHORTEST = 4
_THING = re.compile(r"行为|业务|资格|处分|问题|情况|事项|贷款|许可|违规|违法")
_PEOPLE = re.compile(r"人员|责任人|负责人|个人|员工|主管|[0-9一二三四五六七八九十]名")
"""What a verb may be aimed at that is no party; but people without a name are strangers."""
_CALLED = re.compile(r"^(?:被处罚人?|当事人|责任人|时任|原)+")
_DISCIPLINE = re.compile(
    r"[的，,]?(?:给予|处以|进行|予以|作出)?(?:相应的?)?(?:内部)?(?:纪律|党纪|政纪)?(?:处分|处理|问责|责任追究)"
)
_EDGE = re.compile(r"^[\s。；;，,、:：]+|[\s；;，,、:：]+$")


@dataclass(frozen=True, slots=True)
class _Mention:
    """A place where the text names a party, by its number in the row; None is a stranger."""

    start: int
    end: int
    party: int | None


def shares(text: str, parties: Sequence[Party]) -> list[str] | Doubt:
    """Return each party's share of a decision's text, in order; or why it cannot be divided.

    The share of an only party is the whole text.
    """
    whole, text = text, deciding(text)
    mentions = _mentions(text, parties)
    if any(mention.party is None for mention in mentions):
        return Doubt("A08", _FIELD, "处罚内容还针对其他对象", "the text is aimed at others too")
    if len(parties) == 1:
        return [whole]
    if not mentions:
        return _unnamed(text, parties)
    return _divided(text, parties, mentions)


def _unnamed(text: str, parties: Sequence[Party]) -> list[str] | Doubt:
    """Return the shares of a text that names no one: certain where it can mean one party only.

    A ban from office falls on a person: of an organisation and one person, on that person.
    """
    persons = sum(party.is_person for party in parties)
    if persons == 1 and _BAN.search(text) and not _ACTION.search(_BAN.sub("", text)):
        return [text if party.is_person else "" for party in parties]
    return Doubt("A08", _FIELD, "处罚内容没有写明对象", "the text names no one")


def _divided(
    text: str, parties: Sequence[Party], mentions: Sequence[_Mention]
) -> list[str] | Doubt:
    """Return the shares of a text that names its parties."""
    groups = _groups(text, mentions)
    starts = [_start(text, n, groups) for n in range(len(groups))]
    if _ACTION.search(text[: starts[0]]):
        return Doubt("A08", _FIELD, "有处罚没有写明对象", "a penalty is aimed at no one")
    own: list[list[str]] = [[] for _ in parties]
    for group, start, end in zip(groups, starts, [*starts[1:], len(text)], strict=True):
        clause = _EDGE.sub("", _LIST_MARK.sub("", text[start:end]))
        named = sorted({mention.party for mention in group if mention.party is not None})
        if len(named) > 1 and _MONEY.search(clause) and not _EACH.search(clause):
            return Doubt("A08", _FIELD, "几个当事人共用一个金额", "several parties share one sum")
        for party in named:
            own[party].append(clause)
    if not all(clauses and _ACTION.search("".join(clauses)) for clauses in own):
        return Doubt("A08", _FIELD, "有当事人没有写明处罚", "a party has no penalty in the text")
    return ["；".join(clauses) for clauses in own]


def _groups(text: str, mentions: Sequence[_Mention]) -> list[list[_Mention]]:
    """Return the mentions that stand together: no penalty and no full stop between them."""
    groups: list[list[_Mention]] = []
    for mention in mentions:
        between = text[groups[-1][-1].end : mention.start] if groups else ""
        together = groups and not _ACTION.search(between) and not re.search(r"[。；;\n]", between)
        if together:
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return groups


def _start(text: str, number: int, groups: Sequence[Sequence[_Mention]]) -> int:
    """Return where the clause of a group begins: at its verb, else after the last pause."""
    floor = groups[number - 1][-1].end if number else 0
    before = text[floor : groups[number][0].start]
    for verb in _AIM.finditer(before):
        aimed = before[verb.end() :]
        if not _ACTION.search(aimed) and not _PAUSE.search(aimed):
            lead = _LEAD.search(before, 0, verb.start())
            return floor + (lead.start() if lead else verb.start())
    pauses = [match.end() for match in _PAUSE.finditer(before)]
    return floor + (pauses[-1] if pauses else 0)


def _mentions(text: str, parties: Sequence[Party]) -> list[_Mention]:
    """Return where the text names the parties or strangers, in order.

    An organisation that only tells where a person works (甲银行行长张某) is left out.
    """
    found = _named(text, parties) + _own_words(text, parties)
    for target in _TARGET.finditer(text):
        span = target.span(1)
        if not any(mention.start < span[1] and span[0] < mention.end for mention in found):
            found += _resolved(text, span, parties)
    found.sort(key=lambda mention: mention.start)
    return [
        mention
        for mention, following in zip_longest(found, found[1:])
        if not _is_workplace(text, mention, following, parties)
    ]


def _named(text: str, parties: Sequence[Party]) -> list[_Mention]:
    """Return where names stand as written in the row; the longest at each place."""
    forms = {
        re.sub(r"\s", "", form): n
        for n, party in reversed(list(enumerate(parties)))
        for form in (*party.short, party.name)
    }
    longest_first = sorted(forms, key=len, reverse=True)
    pattern = "|".join(r"\s*".join(map(re.escape, form)) for form in longest_first)
    return [
        _Mention(match.start(), match.end(), forms[re.sub(r"\s", "", match[0])])
        for match in re.finditer(pattern, text)
    ]


def _own_words(text: str, parties: Sequence[Party]) -> list[_Mention]:
    """Return where 公司, 该行 and the like stand for the row's only organisation."""
    organisations = [n for n, party in enumerate(parties) if not party.is_person]
    if len(organisations) != 1:
        return []
    return [
        _Mention(*match.span(match.lastgroup or 0), organisations[0])
        for match in _OWN_WORD.finditer(text)
    ]


def _resolved(text: str, span: tuple[int, int], parties: Sequence[Party]) -> list[_Mention]:
    """Return whom a target that is no name of the row means: a shortened name, or a stranger.

    Things are nobody; nor are people whom the organisation itself has to discipline.
    """
    name = _CALLED.sub("", re.sub(r"\s", "", text[slice(*span)]))
    fitting = [
        n for n, party in enumerate(parties) if not party.is_person and _shortens(name, party.name)
    ]
    if len(fitting) == 1:
        return [_Mention(*span, fitting[0])]
    harmless = (
        (_THING.search(name) is not None and _PEOPLE.search(name) is None)
        or _DISCIPLINE.match(text, span[1]) is not None
        or (not name and len(parties) == 1)
    )
    return [] if harmless and not fitting else [_Mention(*span, None)]


def _shortens(short: str, name: str) -> bool:
    """Say whether `short` can only be the organisation `name`, written with characters left out.

    A branch must keep its last characters, or its head office would pass for it.

    >>> _shortens("甲保财险北城支公司", "甲市财产保险股份有限公司北城支公司")
    True
    >>> _shortens("甲市银行", "甲市银行股份有限公司北城支行")
    False
    >>> _shortens("甲市银行", "甲市银行股份有限公司")
    True
    """
    if len(short) < _SHORTEST or Counter(short) - Counter(name):
        return False
    branch = _BRANCH.search(name)
    return branch is None or short.endswith(branch[0])


def _is_workplace(
    text: str, mention: _Mention, following: _Mention | None, parties: Sequence[Party]
) -> bool:
    """Say whether an organisation's name only leads to the person named next in the same phrase."""
    if mention.party is None or parties[mention.party].is_person:
        return False
    if following is None or following.party is None or not parties[following.party].is_person:
        return False
    between = text[mention.end : following.start]
    joined = re.fullmatch(r"\s*[、及和与,，]?\s*", between)
    return not joined and not _PAUSE.search(between) and not _ACTION.search(between)
