"""Which place or body a section speaks about: its byline, its headline, its first words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import takewhile

from embeddings.paragraphs.structure import Section
from embeddings.types import Paragraph

# 杭州市常委、云湾区委书记 → 云湾
_OFFICE_OF = re.compile(
    r"(?:^|[、，, 　])(?:[一-鿿]{2,4}[省市州])?([一-鿿]{2,6}?)"
    r"(?:省|市|县|区|镇|乡|州|旗|街道)(?:委|政府|人民|人大|政协|长|党)"
)
_BODY = re.compile(
    r"([一-鿿A-Za-z]{2,20}?(?:公司|集团|大学|学院|医院|银行|中学|小学|研究院|研究所|委员会|博物馆|图书馆"
    r"|(?<![大客餐舞展乐门前])厅|(?<![结布格破开当大全战平残僵变棋饭时])局))"
)
# 园区 is no place's name. Each alternative begins with a character, which lets the search skip to these.
_ADMINISTRATIVE = re.compile(
    r"新区|高新区|经开区|开发区|自治区|自治[县州旗]|古镇|省|市|县|乡|州|旗|镇(?<!城镇)"
    r"|镇(?![化居职登新体人就常老低棚土污供燃各企])|区(?<![园小社地景校厂辖山城郊市库林牧矿灾济]区)"
)
_WHEN = re.compile(r"(?:(?:19|20)\d\d年|[去今上前明本当]年|[上下]半年)[，,]?")
# 全县、各乡、工业强县、柔性引进市; 我省高新, 柘溪镇集, 为做好城: no names, though 市, 县, 镇 follow
_NO_NAME = re.compile(
    r"^(?:关于|[为以按据经在由让把被对向全各本我该每某此这那近今明去昨])|[省市县区]|^.+[镇乡]|[全各本我该每某此这那两几个位等期度强字进入]$"
    r"|^[一二三四五六七八九十两几]+$|[的]|[年月日]|^(?:政府|代表|人民|群众|干部|部门|单位|企业|居民|农村|城市)$"
)
_LONGEST_NAME = 15
# 云湾建设有限公司（以下简称甲方）
_FOR_SHORT = re.compile(
    r"(?:(?<![一-鿿])[由经与和向对为在据按])?"
    r"(?P<body>[一-鿿A-Za-z]{2,28}?(?:公司|集团|大学|学院|医院|银行|中学|小学|研究院|研究所|委员会|博物馆|图书馆|协会|中心"
    r"|合作社|政府|[局厅院部]))[（(](?:以下|下)?(?:简称|称)为?[：:]?[“\"]?(?P<short>[一-鿿A-Za-z]{2,8})[”\"]?[）)]"
)
# 甲方（出租方）：云湾建设有限公司
_PARTY = re.compile(
    r"^(?P<short>[甲乙丙丁]方|发包[人方]|承包[人方]|出租[人方]|承租[人方]|买方|卖方|委托[人方]|受托[人方])(?:[（(][^）)]{1,8}[）)])?"
    r"[：:]\s*(?P<body>[一-鿿A-Za-z·（）()]{2,30})$"
)
_NUMBER = re.compile(
    r"^(?:第[〇零一二三四五六七八九十百\d]+条[ 　]*|[一二三四五六七八九十\d]+[、.．][ 　]*"
    r"|[（(][一二三四五六七八九十\d]+[）)])"
)


def with_subjects(sections: Sequence[Section]) -> list[Paragraph]:
    """Return all paragraphs with their subject, or that of their section; empty where none shows."""
    texts = [part.text for section in sections for part in section.paragraphs]
    places, bodies = _places(texts), _bodies(texts)
    named = (
        (part, _body_of(part, bodies, subject) if bodies else subject)
        for section in sections
        for part, subject in _named(section, places)
    )
    return [replace(part, subject=subject) if subject else part for part, subject in named]


def _bodies(texts: Iterable[str]) -> dict[str, str]:
    """Return what bodies are called for short, and who the parties of a contract are.

    滨海新区管理委员会（以下简称“管委会”） → 管委会; 甲方：云湾公司 → 甲方
    """
    found: dict[str, str] = {}
    for text in texts:
        named = _FOR_SHORT.finditer(text) if "称" in text else ()
        for said in (*named, *_PARTY.finditer(text)):
            found.setdefault(said["short"], said["body"])
    return found


def _body_of(part: Paragraph, bodies: dict[str, str], subject: str) -> str:
    """Return the whole name of the body that a paragraph begins with, for short; else the subject of its section."""
    if part.role != "body":
        return subject
    begins = _NUMBER.sub("", part.text)
    whole = next((body for short, body in bodies.items() if begins.startswith(short)), "")
    return whole if whole and subject in whole else subject


def _named(section: Section, places: frozenset[str]) -> list[tuple[Paragraph, str]]:
    subject = subject_of(section, places)
    return [(part, "" if part.role == "note" else subject) for part in section.paragraphs]


def subject_of(section: Section, places: Iterable[str]) -> str:
    """Return the subject of a section: 余杭区委书记 → 余杭; 云湾聚焦产业… → 云湾."""
    for part in section.paragraphs:
        if part.role == "byline" and (offices := _OFFICE_OF.findall(part.text)):
            return _without_double(str(offices[-1]))
    over = takewhile(lambda part: part.role in ("heading", "byline"), section.paragraphs)
    headings = [part.text.strip("《》“”#—　 ") for part in over if part.role == "heading"]
    first = next((part.text for part in section.paragraphs if part.role == "body"), "")
    if when := _WHEN.match(first):  # 去年云湾区实现…
        first = first[when.end() :]
    known = sorted(places, key=len, reverse=True)
    if begins := next(
        (name for name in known if first.startswith(name) and not first.startswith("、", len(name))), ""
    ):
        return begins
    for title in headings:
        if len(title) <= _LONGEST_NAME and title and first.startswith(title):
            return title
        if body := _BODY.match(title):
            return body[1]
        if name := next(
            (name for name in known if title.startswith(name) and not title.startswith("、", len(name))), ""
        ):
            return name
    return ""


def _without_double(name: str) -> str:
    """Return a place without the kind that its office repeats: 铜山镇 of 铜山镇镇长 → 铜山."""
    return name[:-1] if len(name) > 2 and name[-1] in "省市县区镇乡州旗" else name


def _places(texts: Iterable[str]) -> frozenset[str]:
    """Return what stands before 省, 市, 县 …: 绍兴市 → 绍兴. Longer tails than the name do no harm:
    a name counts only where a section or headline begins with it.
    """
    found: set[str] = set()
    for text in texts:
        for match in _ADMINISTRATIVE.finditer(text):
            for length in (2, 3, 4):
                name = text[max(0, match.start() - length) : match.start()]
                if len(name) == length and re.fullmatch(r"[一-鿿]+", name) and not _NO_NAME.search(name):
                    found.add(name)
    return frozenset(found)
