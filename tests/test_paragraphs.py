"""Blocks → Paragraphs: texts of several kinds, each with the paragraphs a reader would make of it."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.documents.block import Block
from embeddings.documents.plain import read_plain
from embeddings.paragraphs import split_paragraphs
from embeddings.paragraphs.lines import glue
from embeddings.types import Paragraph

SHARED_PAGE = Path(__file__).parents[2] / "shared" / "page"


def split(text: str) -> list[Paragraph]:
    return split_paragraphs(read_plain(text))


def texts(text: str, role: str = "body") -> list[str]:
    return [part.text for part in split(text) if part.role == role]


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        ("去年实现数", "字经济", "去年实现数字经济"),
        ("建成45", "万平方米", "建成45万平方米"),
        ("the quick", "brown fox", "the quick brown fox"),
        ("共19", "8家", "共198家"),
    ],
)
def test_glue(before: str, after: str, whole: str) -> None:
    assert glue(before, after) == whole


COUNTY_PAGE = """
两县书记谈产业

编者按:日前，云湾市、石桥县负责人就产业发展作了交流，现予刊登。

云湾市委书记 林小舟

云湾坚持工业立市。去年新建标准厂房30

万平方米，入驻企业12家。

壮大茶产业 富裕一方人

石桥县委书记 方大同

我们把茶叶作为主导产业，全县茶园面积达到8

万亩。茶农人均增收2600元。

(本报记者 王一 李二 整理)
"""


def test_a_newspaper_page() -> None:
    assert split(COUNTY_PAGE) == [
        Paragraph("两县书记谈产业", role="heading"),
        Paragraph(
            "编者按:日前，云湾市、石桥县负责人就产业发展作了交流，现予刊登。",
            ("两县书记谈产业",),
            role="note",
        ),
        Paragraph("云湾市委书记 林小舟", ("两县书记谈产业",), "云湾市委书记 林小舟", "云湾", "byline"),
        Paragraph(
            "云湾坚持工业立市。去年新建标准厂房30万平方米，入驻企业12家。",
            ("两县书记谈产业",),
            "云湾市委书记 林小舟",
            "云湾",
        ),
        Paragraph("壮大茶产业 富裕一方人", (), "", "石桥", "heading"),
        Paragraph("石桥县委书记 方大同", ("壮大茶产业 富裕一方人",), "石桥县委书记 方大同", "石桥", "byline"),
        Paragraph(
            "我们把茶叶作为主导产业，全县茶园面积达到8万亩。茶农人均增收2600元。",
            ("壮大茶产业 富裕一方人",),
            "石桥县委书记 方大同",
            "石桥",
        ),
        Paragraph(
            "(本报记者 王一 李二 整理)",
            ("壮大茶产业 富裕一方人",),
            "(本报记者 王一 李二 整理)",
            "石桥",
            "byline",
        ),
    ]


def test_a_report_with_numbered_headings() -> None:
    paragraphs = split(
        "关于农业工作的报告\n\n一、基本情况\n\n全县粮食播种面积20万亩。\n\n（一）夏粮\n\n夏粮总产3万吨。\n\n二、打算\n\n继续努力。"
    )
    assert [(part.headings, part.text) for part in paragraphs if part.role == "body"] == [
        (("关于农业工作的报告", "一、基本情况"), "全县粮食播种面积20万亩。"),
        (("关于农业工作的报告", "一、基本情况", "（一）夏粮"), "夏粮总产3万吨。"),
        (("关于农业工作的报告", "二、打算"), "继续努力。"),
    ]


def test_a_notice_keeps_its_number_addressee_and_date() -> None:
    notice = "关于做好防汛工作的通知\n\n云政办〔2024〕5号\n\n各乡镇人民政府：\n\n请于5月1日前完成检查。\n\n云湾市人民政府办公室\n\n2024年4月2日"
    assert texts(notice) == [
        "云政办〔2024〕5号",
        "各乡镇人民政府：",
        "请于5月1日前完成检查。",
        "云湾市人民政府办公室",
        "2024年4月2日",
    ]


def test_lines_of_fixed_width_are_joined() -> None:
    mail = "大家好，上周说的活动改到星期六下午三点举\n行，地点还是老图书馆二楼，请大家互相转告，\n不要迟到。\n\n带好证件。"
    assert texts(mail) == [
        "大家好，上周说的活动改到星期六下午三点举行，地点还是老图书馆二楼，请大家互相转告，不要迟到。",
        "带好证件。",
    ]


def test_an_indent_begins_a_paragraph() -> None:
    essay = "　　院子里有一棵枣树，每年秋天都结满果子，\n风一吹就落下来。\n　　祖母把枣子晒干，装在罐子里，留到冬天\n给我们吃。"
    assert texts(essay) == [
        "　　院子里有一棵枣树，每年秋天都结满果子，风一吹就落下来。".strip("　"),
        "祖母把枣子晒干，装在罐子里，留到冬天给我们吃。",
    ]


def test_who_signs_and_a_headline_over_its_reporters() -> None:
    page = "通知\n\n请按时完成。\n\n清河县水利局\n2024年3月8日\n\n教育强县 从一间教室做起\n本报记者 陈冬 通讯员 周青\n\n清河县去年新建校舍3.2万平方米。"
    assert texts(page)[:3] == ["请按时完成。", "清河县水利局", "2024年3月8日"]
    assert split(page)[-1] == Paragraph(
        "清河县去年新建校舍3.2万平方米。", ("教育强县 从一间教室做起",), "本报记者 陈冬 通讯员 周青", "清河"
    )


def test_an_english_page() -> None:
    page = "The Harbour Report\n\nThe harbour handled 3.2 million tonnes in 2023, which is\nmore than ever before. Ships came\nfrom forty ports."
    assert texts(page) == [
        "The harbour handled 3.2 million tonnes in 2023, which is more than ever before. "
        "Ships came from forty ports."
    ]


def test_a_caption_stands_apart_from_the_article_before_it() -> None:
    page = (
        "修路记\n\n路修好了，大家都高兴。\n\n图为新修的村道。\n\n5月1日，游客在湖边散步。\n\n本报记者 王一 摄"
    )
    captions = [part for part in split(page) if part.role == "caption"]
    assert captions[-1] == Paragraph("5月1日，游客在湖边散步。", (), "本报记者 王一 摄", "", "caption")
    assert captions[0].text == "图为新修的村道。"


def test_short_lines_that_tell_something_are_kept() -> None:
    assert [part.text for part in split("得票\n\n甲：12\n乙：9\n丙：3")] == [
        "得票",
        "甲：12",
        "乙：9",
        "丙：3",
    ]


def test_ornaments_and_jump_lines_are_set_aside() -> None:
    assert texts("＊＊＊\n\n(上接第一版)\n\n正文在这里。\n\n干干干") == ["正文在这里。"]


def test_who_writes_stands_over_each_message() -> None:
    chat = "祖安 2024-08-05 08:30\n明天几点开船？\n\n楚川 2024-08-05 08:31\n六点半，码头集合。\n\n祖安 2024-08-05 08:33\n好，带两吨冰。"
    assert [(part.byline, part.text) for part in split(chat) if part.role == "body"] == [
        ("祖安 2024-08-05 08:30", "明天几点开船？"),
        ("楚川 2024-08-05 08:31", "六点半，码头集合。"),
        ("祖安 2024-08-05 08:33", "好，带两吨冰。"),
    ]


def test_an_entry_speaks_about_its_title() -> None:
    assert split("望海楼\n\n望海楼位于云湾城东，建于1905年。")[1].subject == "望海楼"


@pytest.mark.parametrize(
    ("text", "paragraph", "subject"),
    [
        # 简称：以它开头的一段，说的是全称
        ("经滨海新区管理委员会（以下简称“管委会”）批准，制定本办法。\n\n管委会设热线一条。", "管委会设热线一条。", "滨海新区管理委员会"),
        ("人社局（见下）。河镇水利局（下称水务站）来人。\n\n第四条 水务站每月测一次水位。", "第四条 水务站每月测一次水位。", "河镇水利局"),
        ("石浦船厂有限公司（简称：石船）中标。\n\n这一段没有说到谁。", "这一段没有说到谁。", ""),
        # 合同的甲方乙方
        ("甲方：云湾建设有限公司\n乙方（承租方）：祖安\n\n乙方每月10日前付租金。", "乙方每月10日前付租金。", "祖安"),
        # 城镇不是哪个镇
        ("为做好城镇老旧小区改造，特制定本方案。\n\n为做好城镇污水处理，另行规定。", "为做好城镇污水处理，另行规定。", ""),
        # 代表乡、政府县不是地方
        ("会上，代表区里来的人说话。\n\n代表们投了票。", "代表们投了票。", ""),
        ("新城镇有小学三所。\n\n新城镇的码头在修。", "新城镇的码头在修。", "新城"),
    ],
)  # fmt: skip
def test_a_short_name_and_a_party_stand_for_the_whole_name(text: str, paragraph: str, subject: str) -> None:
    assert {part.text: part.subject for part in split(text)}[paragraph] == subject


def test_a_time_is_no_part_of_a_place() -> None:
    assert split("发言摘要\n\n去年石桥区建成书屋12家。")[1].subject == "石桥"


def test_markdown_headings_nest() -> None:
    blocks = [
        Block("甲", "heading", 1),
        Block("乙", "heading", 2),
        Block("正文。"),
        Block("丙", "heading", 2),
        Block("又。"),
    ]
    assert [part.headings for part in split_paragraphs(blocks) if part.role == "body"] == [
        ("甲", "乙"),
        ("甲", "丙"),
    ]


@given(
    st.lists(st.text("春夏秋冬雨雪12，", min_size=10, max_size=60).map(lambda line: line + "。"), max_size=8)
)
def test_nothing_of_a_text_is_lost(lines: list[str]) -> None:
    shown = "".join(part.text for part in split("\n\n".join(lines)))
    assert shown == "".join(lines)


def test_one_huge_line_is_one_paragraph() -> None:
    line = "全年雨水充足，收成很好，" * 200_000
    assert texts(line) == [line]


@pytest.mark.skipif(not SHARED_PAGE.exists(), reason="the shared newspaper page is not here")
def test_the_shared_page_comes_out_as_repaired_by_hand() -> None:
    found = {part.text: part for part in split((SHARED_PAGE / "page.txt").read_text(encoding="utf-8"))}
    lines = (SHARED_PAGE / "paragraphs.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    whole = [row for row in rows if row["text"] in found]
    assert len(whole) == len(rows) == 48
    placed = [row for row in whole if _stands_in(found[row["text"]], row)]
    assert len(placed) == 48


def _stands_in(part: Paragraph, row: dict[str, str]) -> bool:
    if row["role"] == "editor-note":
        return part.role == "note"
    if row["role"] == "caption":
        return part.role == "caption"
    if row["byline"] or not row["title"]:
        return part.subject == row["section"]
    return row["title"] in part.headings and (not row["subhead"] or row["subhead"] in part.headings)


MIXED_PAGE = """白礁晚报

桥修好了，货车少绕四十里
□本报记者 林小舟
9月12日，白礁大桥通车。大桥全长1860米，双向四车道，投资5.8亿元，是县里第一座跨海的公路桥。
“桥墩改成空心的，是因为这样浇
得快，也少占海。”项目经理方大同
说，工期缩短了三个月。
通车后，从县城到港区只要二十分钟。

上半年“成绩单”揭晓：我县GDP增速第二
总量前移一位，财政收入仍在爬坡
本报讯（记者 王一 通讯员 周青）白礁市
统计局日前公布上半年数据。我县地区生产
总值187.6亿元，增长6.8%。
地区生产总值：187.6亿元｜增长6%左右
粮食总产量：18.4万吨｜稳定在18万吨以上
"""


def test_narrow_columns_between_whole_paragraphs_are_joined() -> None:
    assert texts(MIXED_PAGE) == [
        "9月12日，白礁大桥通车。大桥全长1860米，双向四车道，投资5.8亿元，是县里第一座跨海的公路桥。",
        "“桥墩改成空心的，是因为这样浇得快，也少占海。”项目经理方大同说，工期缩短了三个月。",
        "通车后，从县城到港区只要二十分钟。",
        "本报讯（记者 王一 通讯员 周青）白礁市统计局日前公布上半年数据。我县地区生产总值187.6亿元，增长6.8%。",
        "地区生产总值：187.6亿元｜增长6%左右",
        "粮食总产量：18.4万吨｜稳定在18万吨以上",
    ]
    assert texts(MIXED_PAGE, "byline") == ["□本报记者 林小舟"]


def test_an_article_that_opens_with_its_reporters_has_its_own_headlines() -> None:
    headlines = [part for part in split(MIXED_PAGE) if part.role == "heading"]
    assert [part.text for part in headlines] == [
        "白礁晚报",
        "桥修好了，货车少绕四十里",
        "上半年“成绩单”揭晓：我县GDP增速第二",
        "总量前移一位，财政收入仍在爬坡",
    ]
    report = next(part for part in split(MIXED_PAGE) if part.text.startswith("本报讯"))
    assert report.byline == "记者 王一 通讯员 周青"
    assert "桥修好了，货车少绕四十里" not in report.headings
