"""Names of persons, found by surname, by the office in front of them and by how they go on."""

import re
from functools import lru_cache
from pathlib import Path

from bot.sentences import Span

_SINGLE, _DOUBLE = Path(__file__).with_name("surnames.txt").read_text(encoding="utf-8").splitlines()
_SURNAME = f"(?:{'|'.join(_DOUBLE.split())}|[{_SINGLE}])"
OFFICE = (  # held by one at a time: who asks 县长 wants a name
    "(?:书记|省长|市长|县长|区长|镇长|乡长|州长|村长|主任|局长|厅长|部长|处长|科长|院长|校长|园长|馆长|所长|行长|社长|厂长|队长|组长|团长|班长|台长"
    "|董事长|董事|总经理|经理|总监|总裁|主席|会长|理事长|理事|秘书长|秘书|主编|总编辑|首席[一-鿿]{1,4}官|负责人|联系人|发言人|带头人|工程师|总工|设计师|建筑师|会计师"
    "|记者|通讯员|作者|编辑|摄影|法人|创始人|链长|河长|湖长|知府|知县|巡抚|太守|县令)"
)
_CALLED = (
    f"(?:{OFFICE}|教授|研究员|院士|委员|代表|传承人|继承人|律师|专家|医生|医师|教师|老师|农艺师|技术员|师傅|顾问|馆员|村民|居民|果农|农户|学者"
    "|道士|住持|方丈|高僧|法师|将军|都护|刺史|尚书|侍郎|总督|知州|都督|御史|县尉|转运使|节度使|领队|诗人|作家|画家|导演|股东|镇民|商户|店主|游客|志愿者|县丞|通判|僧人|匠人|工匠|进士|运动员|校友)"
)
_AFTER = (
    r"(?=$|[，,。；;、：:！？!?（）()“”\s任为当说率带等和与及兼在向对是共宣强透坦给以撰主参作出接奏捐募筹赶获夺的]"
    "|担任|介绍|表示|告诉|指出|认为|代表|牵头|负责|设计)"
)
_AFTER_OFFICE = re.compile(rf"{_CALLED}[：: 　]?({_SURNAME}[一-鿿]{{1,2}}?){_AFTER}")
_OFFICE_BEFORE = re.compile(rf"{_CALLED}[：: 　]?(?=({_SURNAME}[一-鿿]{{2}}))(?=({_SURNAME}[一-鿿]))")
_BEFORE_VERB = re.compile(
    rf"(?:^|[，,。；;、：:“\s由聘选派请]|变更为|接替|选举){_CALLED}?({_SURNAME}[一-鿿]{{1,2}})(?=任|担任|为|当选|兼任|主持|带队|率队|牵头|负责|接替|[，,。、；;）)\s]|$)"
)
_CALLED_SO = re.compile(rf"(?:名叫|叫做?|名为|即|是|为)({_SURNAME}[一-鿿]{{1,2}})(?=[，,。；;、）)\s]|$)")
_BEFORE_TITLE = re.compile(
    rf"({_SURNAME}[一-鿿]{{1,2}})(?=博士|教授|院士|研究员|先生|女士|老师|医生|法师|道长)"
)
_NOT_A_NAME = re.compile(
    r"[的了是在和与及不这那我你他她们被把将为于等个些各每全该市县区镇省国第年月日元万亿]|公司|企业|集团|部门|单位|小组|工作|经济|建设|发展|调离|辞职|离任|[接继调出]任|当选"
)


@lru_cache(maxsize=512)
def people(text: str, ends: frozenset[int] = frozenset()) -> tuple[Span, ...]:
    """Return where names of persons stand: 由副市长郑怀远任组长 → 郑怀远.

    `ends` are where words end: what follows an office up to there is a name too.
    """
    patterns = (_AFTER_OFFICE, _BEFORE_VERB, _CALLED_SO, _BEFORE_TITLE)
    found = {match.span(1) for pattern in patterns for match in pattern.finditer(text)}
    longest = dict(sorted(found))
    for match in _OFFICE_BEFORE.finditer(text):
        if match.end(1) > longest.get(match.start(1), 0):
            found |= {match.span(group) for group in (1, 2) if match.end(group) in ends}
    return tuple(sorted(span for span in found if is_name(text[slice(*span)])))


def is_name(text: str) -> bool:
    """Say whether a text has the form of a Chinese name: surname and one or two characters."""
    return re.fullmatch(rf"{_SURNAME}[一-鿿]{{1,2}}", text) is not None and not _NOT_A_NAME.search(text)
