"""Short lines: lists with what introduces them, labelled lines, articles; nothing of them is set aside."""

import pytest

from embeddings.documents import read_document
from embeddings.documents.block import Block
from embeddings.documents.plain import read_plain
from embeddings.paragraphs import split_document, split_paragraphs
from embeddings.types import Paragraph


def split(text: str) -> list[Paragraph]:
    return split_paragraphs(read_plain(text))


def shown(text: str) -> list[tuple[str, str]]:
    return [(part.role, part.text) for part in split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # 一行一个名字，引出它的那一行跟着
        (
            "评选结果公布如下。\n先进个人：\n祖安\n鲁小满\n阮知秋\n大家鼓掌祝贺他们。",
            [("body", "评选结果公布如下。"), ("body", "先进个人：\n祖安\n鲁小满\n阮知秋"), ("body", "大家鼓掌祝贺他们。")],
        ),
        # 名字之间空着一行
        (
            "标题\n\n请携带：\n\n雨鞋\n\n手电筒\n\n饮用水",
            [("heading", "标题"), ("body", "请携带：\n雨鞋\n手电筒\n饮用水")],
        ),
        # 六个字以上的也不是标题
        (
            "标题\n\n下列物品不得带入：\n易燃易爆的物品\n管制刀具和弓弩\n活的家禽家畜",
            [("heading", "标题"), ("body", "下列物品不得带入：\n易燃易爆的物品\n管制刀具和弓弩\n活的家禽家畜")],
        ),
        # 没有引出的话
        ("获奖名单\n祖安\n鲁小满\n阮知秋", [("heading", "获奖名单"), ("body", "祖安\n鲁小满\n阮知秋")]),
        # 带符号、带编号
        ("须知\n\n- 雨鞋\n- 手电筒", [("heading", "须知"), ("body", "- 雨鞋\n- 手电筒")]),
        ("步骤如下：\n1. 关阀门\n2. 断电源\n3. 打电话", [("body", "步骤如下：\n1. 关阀门\n2. 断电源\n3. 打电话")]),
        # 一句话分成几行
        (
            "应当提交下列材料：\n身份证复印件；\n两张照片；\n申请表。\n三日内答复。",
            [("body", "应当提交下列材料：\n身份证复印件；\n两张照片；\n申请表。"), ("body", "三日内答复。")],
        ),
        # 称呼不是列表，下面空一行的标题也不在列表里
        ("各村民小组：\n\n定于周六开会。", [("body", "各村民小组："), ("body", "定于周六开会。")]),
        (
            "请带：\n雨鞋\n手电筒\n\n报名办法\n\n到村部登记。",
            [("body", "请带：\n雨鞋\n手电筒"), ("heading", "报名办法"), ("body", "到村部登记。")],
        ),
    ],
)  # fmt: skip
def test_lists(text: str, expected: list[tuple[str, str]]) -> None:
    assert shown(text) == expected


def test_items_that_are_whole_sentences_stand_for_themselves_under_what_introduces_them() -> None:
    items = [f"（{number}）由村里出钱修好{number}号桥，年底以前完工，费用向大家公布。" for number in "一二三"]
    found = split("\n".join(["会议定下几件事：", *items]))
    assert [part.text for part in found] == ["会议定下几件事：", *items]
    assert found[1].headings == ("会议定下几件事：",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("租房合同\n\n出租方：河镇房管所\n承租方：祖安\n月租：1200元", ["出租方：河镇房管所", "承租方：祖安", "月租：1200元"]),
        ("挂号单\n\n姓名：祖安　　性别：男　　年龄：41", ["姓名：祖安；性别：男；年龄：41"]),
        ("一、项目名称：村道改造\n二、项目负责人：鲁小满\n三、工期：90天", ["一、项目名称：村道改造", "二、项目负责人：鲁小满", "三、工期：90天"]),
        ("所属街道：码头街\n法律顾问：祖安", ["所属街道：码头街", "法律顾问：祖安"]),
        ("值班表\n\n电话：0571-8800 1234\n\n每天八点换班。", ["电话：0571-8800 1234"]),
        # 不是：句子、说话、时间、标题
        ("他对记者说：明年还要种\n\n好的。", []),
        ("9:30\n\n开会。", []),
        ("要闻：全县办成十件实事\n本报记者 祖安\n\n去年修了三座桥。", []),
    ],
)  # fmt: skip
def test_labelled_lines_are_rows(text: str, expected: list[str]) -> None:
    assert [part.text for part in split(text) if part.role == "row"] == expected


def test_rows_of_a_record_stand_under_its_first() -> None:
    found = split("联系人\n\n姓名：祖安\n电话：5501\n\n姓名：鲁小满\n电话：5502")
    assert [(part.headings, part.text) for part in found if part.text.startswith("电话")] == [
        (("联系人", "姓名：祖安"), "电话：5501"),
        (("联系人", "姓名：鲁小满"), "电话：5502"),
    ]


RULES = """河镇集市管理办法

第一章 总则

第一条 为了方便买卖，制定本办法。

第二条 摆摊的人应当办理下列手续：
（一）登记姓名；
（二）交验健康证明；
（三）选定摊位。
摊位一年一换。

第二章 收费

第三条 摊位费
每天5元，雨天不收。
第四条 本办法自公布之日起施行。

河镇人民政府
2024年3月1日
"""


def test_an_article_is_one_paragraph_with_all_its_lines() -> None:
    assert shown(RULES) == [
        ("heading", "河镇集市管理办法"),
        ("heading", "第一章 总则"),
        ("body", "第一条 为了方便买卖，制定本办法。"),
        ("body", "第二条 摆摊的人应当办理下列手续：\n（一）登记姓名；\n（二）交验健康证明；\n（三）选定摊位。\n摊位一年一换。"),
        ("heading", "第二章 收费"),
        ("body", "第三条 摊位费\n每天5元，雨天不收。"),
        ("body", "第四条 本办法自公布之日起施行。"),
        ("body", "河镇人民政府"),
        ("body", "2024年3月1日"),
    ]  # fmt: skip


def test_what_a_long_article_says_further_stands_under_its_number() -> None:
    long = "\n".join(f"（{number}）" + "这一项写得很长，" * 40 + "完；" for number in "一二三四五六七")
    found = split(f"第一条 短的。\n第二条 应当做到：\n{long}")
    assert [part.text[:4] for part in found if not part.headings] == ["第一条 ", "第二条 "]
    assert all(part.headings == ("第二条",) for part in found[2:])
    assert len(found) > 2


def test_a_text_that_names_an_article_is_no_statute() -> None:
    text = "第三条规定得很清楚，要先登记。\n\n第五条和第六条说的是收费。\n\n大家都要看一看。"
    assert len(split(text)) == 3


@pytest.mark.parametrize(
    ("text", "aside"),
    [
        ("＊＊＊\n\n正文在这里。", ["＊＊＊"]),
        ("花花花\n\n正文在这里。", ["花花花"]),
        ("（下转第三版）\n\n正文在这里。", ["（下转第三版）"]),
        ("等级：\nAAA\nAA\nA", []),
        ("口号：\n加油加\n快快快", []),
        ("爸爸\n\n妈妈说好。", []),
    ],
)
def test_only_ornaments_are_set_aside(text: str, aside: list[str]) -> None:
    assert list(split_document(read_plain(text)).set_aside) == aside


def test_words_of_a_headline_that_is_a_picture_are_kept_and_head_nothing() -> None:
    found = split("上一篇的正文写完了。\n\n花花花\n\n乡村\n\n三件\n\n河镇今年修了三座桥，都通车了。")
    assert [(part.role, part.text) for part in found][1:3] == [("heading", "乡村"), ("heading", "三件")]
    assert found[-1].headings == ()


def test_items_of_markdown_and_web_pages_are_lists() -> None:
    page = "<!DOCTYPE html><html><body><p>需要：</p><ul><li>雨鞋</li><li>地图</li></ul><p>出发。</p></body></html>"
    for name, content in (("甲.md", "需要：\n\n- 雨鞋\n- 地图\n\n出发。"), ("甲.html", page)):
        found = split_paragraphs(read_document(name, content.encode()))
        assert [part.text for part in found] == ["需要：\n雨鞋\n地图", "出发。"]


def test_numbers_of_a_markdown_list_are_kept() -> None:
    assert read_document("甲.md", "1. 雨鞋\n2. 地图".encode()) == [
        Block("1. 雨鞋", "item"),
        Block("2. 地图", "item"),
    ]


SAVED_PAGES = (
    # 公众号：作者、时间挨在一起，文末是扫码和阅读原文
    """<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><div class="wrap"><h1>集市开张</h1>
    <div class="media_meta"><span>文 祖安</span><a>河镇融媒</a><em>2024-05-02 08:00</em></div>
    <div class="content" id="js_body"><section><span>集市在码头边开张了。</span></section>
    <section><span>摊位一共六十个，都租出去了。</span></section></div>
    <div><p>长按二维码</p><p>关注我们</p></div><div>阅读 1024</div></div></body></html>""",
    # 政府网站：位置、来源行、正文、版权
    """<!DOCTYPE html><html><head><meta charset="utf-8"><title>集市开张-河镇政府</title></head><body>
    <div>您的位置：首页 &gt; 新闻</div><div class="article"><h1>集市开张</h1>
    <div class="info"><span>来源：河镇融媒</span><span>时间：2024-05-02</span></div>
    <div id="zoom"><p>集市在码头边开张了。</p><p>摊位一共六十个，都租出去了。</p></div></div>
    <div>主办单位：河镇政府 网站标识码：330000</div></body></html>""",
)


@pytest.mark.parametrize("page", SAVED_PAGES)
def test_foot_lines_of_a_saved_page_are_set_aside_and_its_author_stands_apart(page: str) -> None:
    understood = split_document(read_document("页.html", page.encode()))
    assert [(part.role, part.text) for part in understood.paragraphs if part.role != "byline"] == [
        ("heading", "集市开张"),
        ("body", "集市在码头边开张了。"),
        ("body", "摊位一共六十个，都租出去了。"),
    ]
    (byline,) = [part.text for part in understood.paragraphs if part.role == "byline"]
    assert "2024-05-02" in byline
    assert understood.set_aside


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("问：末班是几点？\n答：末班 21:40。", ["问：末班是几点？\n答：末班 21:40。"]),
        (
            "常见问题\n\n1. 学生票几折？\n\n五折。\n\n2. 行李限重多少？\n\n每人20公斤，超重另收费。",
            ["常见问题", "1. 学生票几折？\n五折。", "2. 行李限重多少？\n每人20公斤，超重另收费。"],
        ),
        (
            "如何退票？\n\n开船前两小时可退。\n\n节假日除外。\n\n能带宠物吗？\n\n能，须装笼。\n\n哪里停车？\n\n码头东侧。\n\n以上由渡运公司解释。",
            ["如何退票？\n开船前两小时可退。", "节假日除外。", "能带宠物吗？\n能，须装笼。", "哪里停车？\n码头东侧。", "以上由渡运公司解释。"],
        ),
        ("问：桥面有多宽\n答：34.5米\n问：谁修的\n答：屏南县交建公司", ["问：桥面有多宽\n答：34.5米", "问：谁修的\n答：屏南县交建公司"]),
        # 文章里反问一两句，不是问答
        ("为什么要修堤？\n\n去年的台风冲垮了三处。\n\n他又说了半天。", ["为什么要修堤？", "去年的台风冲垮了三处。", "他又说了半天。"]),
        ("1. 学生票几折？\n\n2. 行李限重多少？", ["1. 学生票几折？\n2. 行李限重多少？"]),
    ],
)  # fmt: skip
def test_a_question_stands_with_its_answer(text: str, expected: list[str]) -> None:
    assert [part.text for part in split_paragraphs(read_plain(text))] == expected


def test_what_follows_an_answer_stands_under_its_question() -> None:
    text = (
        "问：如何退票？\n答：开船前两小时可退。\n\n节假日除外。\n\n问：能带宠物吗？\n答："
        + "须装笼，" * 120
        + "否则不能。"
    )
    assert [(part.headings, part.text[:9]) for part in split_paragraphs(read_plain(text))] == [
        ((), "问：如何退票？\n答"),
        (("问：如何退票？",), "节假日除外。"),
        ((), "问：能带宠物吗？"),
        (("问：能带宠物吗？",), "答：须装笼，须装笼"),
    ]


def test_lines_of_a_name_and_what_it_has_stand_apart() -> None:
    text = "石浦古城\n\n地址 石浦镇中街12号\n开放 8:00—17:00 周一闭馆\n门票 60元 学生半价 65岁以上免票"
    assert [part.text for part in split_paragraphs(read_plain(text))] == [
        "石浦古城",
        "地址 石浦镇中街12号\n开放 8:00—17:00 周一闭馆\n门票 60元 学生半价 65岁以上免票",
    ]
