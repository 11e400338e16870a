"""Documents as people write them: what stands in lines stays in lines, and stands under what it belongs to."""

import pytest

from embeddings.documents import read_document
from embeddings.paragraphs import split_paragraphs
from embeddings.types import Paragraph


def split(text: str) -> list[Paragraph]:
    return split_paragraphs(read_document("文.txt", text.encode()))


def shown(text: str) -> list[tuple[str, str, str]]:
    return [(part.role, "›".join(part.headings), part.text) for part in split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # 一行一件，哪怕没有标点，哪怕下面空一行就是正文
        (
            "采购单\n\n货物\n1 松木 径8厘米 12根 每根85元\n2 桐油 3桶 每桶96元\n\n货款合计1,308元，运费由卖方承担。\n",
            [("heading", "", "采购单"), ("body", "采购单", "货物\n1 松木 径8厘米 12根 每根85元\n2 桐油 3桶 每桶96元"),
             ("body", "采购单", "货款合计1,308元，运费由卖方承担。")],
        ),
        (
            "运动会日程\n\n5月3日（星期五）\n08:30　开幕式，14个队入场\n09:50　铅球决赛\n14:00　跳远决赛\n",
            [("heading", "", "运动会日程"),
             ("body", "运动会日程", "5月3日（星期五）\n08:30　开幕式，14个队入场\n09:50　铅球决赛\n14:00　跳远决赛")],
        ),
        (
            "租房协议\n\n4. 家具清单\n双人床 2张\n衣柜 1个\n窗帘 旧的\n冰箱 1台\n\n5. 水费由乙方承担；物业费由甲方承担。\n",
            [("heading", "", "租房协议"), ("heading", "租房协议", "4. 家具清单"),
             ("body", "租房协议›4. 家具清单", "双人床 2张\n衣柜 1个\n窗帘 旧的\n冰箱 1台"),
             ("body", "租房协议›4. 家具清单", "5. 水费由乙方承担；物业费由甲方承担。")],
        ),
        # 名单里的职务不是作者
        (
            "公司登记\n\n主要人员：\n执行董事 祖安\n总经理 甲乙\n监事 丙丁\n\n变更记录：2018年5月，注册资本变更为860万元。\n",
            [("heading", "", "公司登记"), ("body", "公司登记", "主要人员：\n执行董事 祖安\n总经理 甲乙\n监事 丙丁"),
             ("body", "公司登记", "变更记录：2018年5月，注册资本变更为860万元。")],
        ),
        # 没有句号的一段，下一段以“名称：”开头
        (
            "经营范围：茶叶种植。（须经批准的，批准后方可经营活动）\n\n股东及出资：祖安，认缴516万元，占60%。\n",
            [("body", "", "经营范围：茶叶种植。（须经批准的，批准后方可经营活动）"),
             ("body", "", "股东及出资：祖安，认缴516万元，占60%。")],
        ),
        # 同一种小标题，长短不同
        (
            "协调会纪要\n\n议题一：槐安路雨水管改造\n现状管径600毫米，改为1200毫米。\n\n议题二：绿化\n补种行道树42棵，由区里出钱。\n",
            [("heading", "", "协调会纪要"), ("heading", "协调会纪要", "议题一：槐安路雨水管改造"),
             ("body", "协调会纪要›议题一：槐安路雨水管改造", "现状管径600毫米，改为1200毫米。"),
             ("heading", "协调会纪要", "议题二：绿化"), ("body", "协调会纪要›议题二：绿化", "补种行道树42棵，由区里出钱。")],
        ),
        # 与小标题同级的段落不在它下面
        (
            "颗粒说明书\n\n【注意事项】\n1. 忌烟酒。\n2. 孕妇慎用。\n\n【贮藏】密封，不超过20℃。\n",
            [("heading", "", "颗粒说明书"), ("heading", "颗粒说明书", "【注意事项】"),
             ("body", "颗粒说明书›【注意事项】", "1. 忌烟酒。"),
             ("body", "颗粒说明书›【注意事项】", "2. 孕妇慎用。"), ("body", "颗粒说明书", "【贮藏】密封，不超过20℃。")],
        ),
        # 报名和日期、记者不是标题，两行标题都在
        (
            "三镇的秋冬账：谁在降\n河镇日报 11月26日 2版\n\n10月以来，河镇县的均值同比上升8.3%。\n",
            [("heading", "", "三镇的秋冬账：谁在降"), ("byline", "三镇的秋冬账：谁在降", "河镇日报 11月26日 2版"),
             ("body", "三镇的秋冬账：谁在降", "10月以来，河镇县的均值同比上升8.3%。")],
        ),
        (
            "一条高铁 三座城\n\n铺轨完成 三市“掰手腕”\n\n河镇日报首席记者 祖安 通讯员 甲乙\n\n昨日，高铁全线铺轨完成。\n",
            [("heading", "", "一条高铁 三座城"), ("heading", "一条高铁 三座城", "铺轨完成 三市“掰手腕”"),
             ("byline", "一条高铁 三座城›铺轨完成 三市“掰手腕”", "河镇日报首席记者 祖安 通讯员 甲乙"),
             ("body", "一条高铁 三座城›铺轨完成 三市“掰手腕”", "昨日，高铁全线铺轨完成。")],
        ),
    ],
)  # fmt: skip
def test_what_people_write(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert shown(text) == expected


def test_lines_of_codes_and_times_are_no_names_of_columns() -> None:
    text = "行程单\n\n航班1　QF88　甲港T1　07:55—10:30\n航班2　QF91　乙港T2　19:40—22:25\n"
    assert [part.text for part in split(text)][1:] == [
        "航班1；QF88；甲港T1；07:55—10:30",
        "航班2；QF91；乙港T2；19:40—22:25",
    ]


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("栎阳新区道路改造纪要\n\n会议同意半幅施工，工期165天。\n", "栎阳"),
        ("凤尾古镇游览须知\n\n古镇每天八点开门，九点闭门。\n", "凤尾"),
        ("工业强县 镇街同台\n\n——湘浦县2023年工业“期末考”\n\n昨天，湘浦县举行了考评会。\n", "湘浦"),
        ("柘溪镇集镇改造公告\n\n柘溪镇集镇改造从三月开始。\n", "柘溪"),
        ("全县数字乡村建设\n\n全县数字乡镇建设已经铺开。\n", ""),
        ("年度体检通知\n\n近期市里组织体检，请各位参加。\n", ""),
        ("局长进大厅\n\n铜山镇镇长 贺兰山\n\n我镇去年修路12公里，今年接着修。\n", "铜山"),
    ],
)
def test_subjects_are_names(text: str, subject: str) -> None:
    assert {part.subject for part in split(text)} == {subject}
