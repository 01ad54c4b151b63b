"""Finder for what is said of a person's health: illness, disability, pregnancy.

It takes folded text and yields `(start, end, doubtful)` in it; every find is a doubt, for a person
to look at. Sentences about illness in general stay: what a product claims to heal, whom a law
keeps from work. Injuries and their grade (轻伤二级) are facts of the act and stay.

Source: the Zhejiang rule on publishing penalties art. 7 (health), 个人信息保护法 art. 28.
"""

import re
from collections.abc import Iterator

from gongshi.redaction.vocabulary import COMMON, any_of

Found = tuple[int, int, bool]

_PERSON = rf"(?:{any_of('patients')}|某[0-9某]{{0,2}})"
_BING = "(?:性?病(?![史人例历]))?"
"""The 病 of an illness that is named without it as well."""
_ILL = (
    rf"(?:(?:{any_of('illnesses')}){_BING}症?"
    r"|(?<=[一-龥])(?<![患因有生发疾])病(?![史人例历床房假情因友])|症(?!状)|炎(?![症热])|癌症?|瘤|疹)"
)
_SURNAMES = "".join(sorted(COMMON | set("于任方万")))
_BEFORE = (
    '[^,。;、\n〔〕:“”"()的因为者患某在了有与和被写着经后从未其于说称时室楼栋号到至所院店厂司]'
)
"""What may stand in the name of an illness before the word that ends it."""
_NAME = rf"(?P<illness>(?!\s){_BEFORE}{{0,12}}?{_ILL}(?:[一二三四1-4]期|晚期)?)"
_VERB = (
    "(?:(?<!共)患有?|罹患|得了|确诊为?|诊断为|诊断结果[为是:]|查出|检出|感染了?|染上|患上|身患|突发|突患|犯了?)"
    "(?:有|了|上)?(?:较?严重的?|重度|轻度)?"
)
_GENERAL = (
    "(?![一-龥]{0,2}(?:病(?![史人例历])|症|炎|癌)|的?(?:人群|人士|人员|患者|者|病人|老年人|中老年|孕妇|消费者"
    "|从业人员|人(?!民)|[生种仔肉]?[猪牛羊禽]|动物|畜禽|产品|样品|[一-龥]{0,4}(?:阴性|门诊|科|药|疫苗|试剂|检测卡))|的$|的[,。;、]|等|、[^,。;]{0,12}等)"
)
_PATIENT = re.compile(r"(?:患者|病人|患儿|孕妇)[^,。;、\n]{0,8}某")
_ENDS_HERE = re.compile(rf"{_NAME}\Z")
_LONGEST = 20
_UNWELL = (
    "住院|入院|入住|就医|就诊|求医|看病|输液|打针|治疗|诊治|医治|抢救|手术|复查|复诊|服药|用药|开药|配药|请假|病假|休假|休息|休养|休学|静养|疗养|病退|退休|离职|辞职|卧床"
    "|死亡|去世|病故|病逝|身亡|离世|过世|亡故|不治|缺勤|缺席|未到|不能|无法|未能|行动不便|丧失|发作|晕倒|昏倒|送医|截肢|自杀|自残|轻生|走失"
)
_AFTER_ILL = (
    r"(?=(?:早期|中期|术后|急性)?(?:[,。;)”\"\n]|$|卧|在家|下不了|发作(?!时)|复发|缠身|未愈|加重|恶化|后|期间|多年|病?史|不能|无法|行动|住院|出不|严重|需|须|要|请假"
    r"|[0-9一二三四五六七八九十两多几]{1,3}个?[年月天]))"
)
_LABEL = (
    "(?:(?:入院|出院|初步|临床|门诊|最终|病理|术前|术后|死亡|主要|西医|中医)?诊断(?:结果|意见|结论|证明|书|名称)?|病情|伤情|伤势|病因|死因|死亡原因|住院原因|请假原因|请假事由|请假理由|主诉|病种|疾病名称|所患疾病|病名"
    "|既往史|现病史|体检(?:结果|结论)|健康状况|身体状况|就诊原因|病历(?:记载|载明|显示)|备注|自述|自称|辩称)"
    '(?:中|上|栏|处|均)?(?:记载|载明|显示|写明|写着|写的?是|注明|标注|系|为|是|提示|[:,\\s])[:\\s“"]{0,2}(?:其|本人|某[0-9某]?)?(?:患有?|有)?'
)
_CLAIM = re.compile(
    "(?:致|造成|伤害|宣称|宣传|声称|号称|标称|吹嘘|可以?|能够?|治|防|缓解|改善|适用|用于|功效|疗效|抗|针对|适合|适宜|调理|辅助|对)[^。;\n]{0,12}\\Z"
)
_KIND = "(?:肢体|视力|听力|言语|智力|精神|多重)"
_GRADE = "[一二三四五六七八九十0-9]{1,2}级"
_SURE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_PERSON}[^,。;\n]{{0,6}}?{_VERB}{_NAME}{_GENERAL}",
        rf"(?:(?<![共猪牛羊鸡鸭鹅犬畜禽])患有|因患|身患|罹患)(?:较?严重的?|重度|轻度)?{_NAME}{_GENERAL}",
        rf"(?:经?确诊为?|诊断(?:为|结果[为是:])?|误诊为|死于|查出|突发)(?!.?[猪牛羊禽]){_NAME}{_GENERAL}",
        rf"(?:因患?有?|患有?)(?!患){_NAME}(?=[^,。;\n]{{0,24}}?(?:{_UNWELL}))",
        rf"(?:患者|病人|患儿|病患|老人|孕妇|产妇)[^,。;:\n]{{0,8}},?(?:系|曾|一直)?因(?!疑似|新冠|非典|[一-龥]{{0,6}}疫){_NAME}(?=[于在到去前,来服购就住]|多[年次]|长期|反复)",
        rf"(?:^|[,。;:\s“\"称讲说])[{_SURNAMES}][一-龥]{{1,2}}(?<![人者员民众体年童兽畜禽猪牛羊犬猫鸡鸭鹅鱼虾瓜豆菜果树苗稻麦参花])患(?:有|上)?{_NAME}{_GENERAL}",
        rf"(?:{_PERSON}[^,。;\n]{{0,4}}|(?<=某))(?:为|系|是)?疑似{_NAME}{_GENERAL}",
        rf"(?<![一-龥])患(?!者|有|病|儿){_NAME}{_GENERAL}",
        r"(?:系|是|为)(?P<illness>残疾|聋哑)(?=人(?:[,。;\n)]|$))",
        r"(?P<illness>孕[0-9]{1,2}周)",
        rf"(?:接受|行|做了?|施行|正在){_BEFORE}{{0,4}}?(?P<illness>{any_of('treatments')})(?!的?(?:机构|设备|项目|服务|药品|广告))",
        rf"{_PERSON}[^,。;\n]{{0,6}}?(?:长期|一直|每[天日]|正在|曾|已|需)(?:服用|口服|注射|使用|依靠|靠|吃)(?P<illness>[^,。;、\n〔〕]{{0,4}}?(?:{any_of('treatments')}))",
        rf"(?:有|无|既往|隐瞒|否认|告知)(?:其|过)?(?P<illness>[^,。;、\n〔〕的有其]{{0,10}}?(?:{_ILL}|[一-龥]病))(?=(?:[、和及][^,。;、]{{1,10}}){{0,4}}病?史)",
        rf"(?:系|是|为)(?P<illness>{_BEFORE}{{0,10}}?(?:{_ILL}|糖尿病|精神病))(?=(?:患者|病人|人)(?:[,。;\n)]|$))",
        rf"病假\(?(?:[:,]|单|条|,)?\(?{_NAME}",
        rf"(?P<illness>(?:工伤|伤残(?:等级|程度|级别)?(?:评定)?为?|残疾等级为?){_GRADE})",
        rf"(?P<illness>{_GRADE}(?:{_KIND}?残疾证?|伤残)|{_KIND}残疾[一二三四]级|{_KIND}{_GRADE}残疾)",
        rf"{_PERSON}(?P<illness>{_KIND}残疾)",
        r"(?P<illness>已?怀孕[0-9一二三四五六七八九十两]{1,3}个?多?(?:月|周|天))",
        rf"{_PERSON}(?:系|处于|正|在|属于?|因|曾)?(?P<illness>已?怀孕|哺乳期|孕期|流产|截肢|瘫痪|失明|失聪)",
        rf"(?:{_PERSON}|检测结果|化验结果)[^,。;\n]{{0,4}}?(?P<illness>(?:HIV|艾滋病?|[甲乙丙]肝|梅毒|新冠|结核)[^,。;\n]{{0,8}}?(?:阳性|感染者))",
        rf"{_PERSON}[^,。;\n]{{0,6}}?(?P<illness>(?:血压|血糖|体温|心率)[为是达至高:]{{0,3}}[0-9./]{{2,8}}(?:mmHg|mmol/L|℃|次/分)?)",
    )
)
_WEAK = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_PERSON}(?:的|有|系|是|突然|多年|长期|严重|先天性?|自述|自幼)?{_NAME}{_AFTER_ILL}",
        rf"{_LABEL}{_NAME}{_GENERAL}",
        rf"(?:自述|自称|辩称|供称|陈述|(?<![宣声号])称)(?:其|自己|本人|因)?(?:患有?|有|得了)?{_NAME}{_AFTER_ILL}",
        rf"家(?:中|里|人)[^,。;\n]{{0,4}}患有?{_NAME}(?=的)",
        rf"(?:送医|就医|送院|住院)(?:后|,|时|,经检查|检查){{1,2}}(?:为|系|是|发现)?{_NAME}{_AFTER_ILL}",
        rf"{_PERSON}[^,。;\n]{{0,10}}?{_NAME}(?=(?:复发|发作|加重)(?![时期]))",
        rf"(?:系|是|为){_NAME}(?=(?:病毒)?携带者|死亡|身亡|病故)",
        rf"{_PERSON}[^,。;\n]{{0,10}}?(?:出现|引发|并发|落下|留下|遗留|伴有|合并){_NAME}{_GENERAL}",
    )
)
"""Signs that hold where the sentence claims no effect of a product."""
GATE = (
    rf"病|症|炎|癌|瘤|疹|{any_of('illnesses')}|{any_of('treatments')}"
    "|孕|聋哑|哺乳|阳性|感染者|血压|血糖|体温|心率|工伤|伤残"
)
"""Without one of these no rule of health finds anything."""
_MOST_LISTED = 8
_SENTENCE = 30
_LEAD = re.compile(
    r".*(?:确诊为?|诊断为?|查出|检出|突发|突然|自述|自称|患上?有?|感染(?![性者])|无(?!精[子液]|[菌症])|曾|前(?!列)|被|经常?|身体|存在|出现|引发|先后|等人|疑似|发现|证明|载明|写着|并发|合并|伴有)(?=.)"
)
"""What a match may take along before the name of an illness."""
_NEXT = re.compile(rf"[、和及或]{_NAME}{_GENERAL}")


def illnesses(text: str) -> Iterator[Found]:
    """Yield what a person is said to suffer from; a doubt, for a person to look at."""
    for match in _told(text):
        start, end = match.span("illness")
        lead = _LEAD.match(text, start, end)
        yield lead.end() if lead else start, end, True
        yield from _listed(text, end)


def _told(text: str) -> Iterator[re.Match[str]]:
    """Yield what is said of a person; by weak signs where no effect of a product is claimed."""
    for patient in _PATIENT.finditer(text):
        before = max(0, patient.start() - _LONGEST), patient.start()
        yield from filter(None, [_ENDS_HERE.search(text, *before)])
    for pattern in _SURE:
        yield from pattern.finditer(text)
    for pattern in _WEAK:
        for match in pattern.finditer(text):
            sentence = max(0, match.start() - _SENTENCE)
            if not _CLAIM.search(text, sentence, match.start("illness")):
                yield match


def _listed(text: str, end: int) -> Iterator[Found]:
    """Yield the illnesses that follow one after 、; a few, so that hostile text costs no time."""
    for _ in range(_MOST_LISTED):
        match = _NEXT.match(text, end)
        if match is None:
            return
        yield *match.span("illness"), True
        end = match.end()
