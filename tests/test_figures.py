"""The values of a text, each whole: nothing cut off, none inside another."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reader.figures import figures


def values(text: str) -> list[str]:
    """Return each value as "printed kind unit"."""
    return [" ".join((text[one.start : one.end], one.kind, one.unit)).strip() for one in figures(text)]


def whole(kind: str, *texts: str) -> list[tuple[str, str]]:
    return [(text, kind) for text in texts]


AMOUNTS = [
    ("引进人才150名、青年大学生15万名", ["150名 amount 名", "15万名 amount 万名"]),
    ("投资近2936亿元", ["近2936亿元 amount 亿元"]),
    ("海拔400米至800米", ["400米至800米 amount 米"]),
    ("水深4.5—5.5米", ["4.5—5.5米 amount 米"]),
    ("GDP12.5亿元，CPI上涨2%", ["12.5亿元 amount 亿元", "2% percent %"]),
    ("突破1,200亿元", ["突破1,200亿元 amount 亿元"]),
    ("ＧＤＰ１２００億元", ["１２００億元 amount 亿元"]),
    ("面积约12.5平方公里", ["约12.5平方公里 amount 平方公里"]),
    ("产值100亿元以上的企业50多家", ["100亿元以上 amount 亿元", "50多家 amount 家"]),
    ("三百余人到场，数百人围观", ["三百余人 amount 人", "数百人 amount 人"]),
    ("来了十几人、几十家、好几百台", ["十几人 amount 人", "几十家 amount 家", "好几百台 amount 台"]),
    ("建成桥梁28座、隧道3条", ["28座 amount 座", "3条 amount 条"]),
    ("亩均税收30万元/亩", ["30万元/亩 amount 万元"]),
    ("首次突破5亿元", ["首次突破5亿元 amount 亿元"]),
    ("评分8.5", ["8.5 amount"]),
    ("60日内答复", ["60日 amount 日"]),
    ("不满14周岁", ["不满14周岁 amount 周岁"]),
    ("讲了2个小时，又等半小时", ["2个小时 amount 个小时", "半小时 amount 小时"]),
    ("走了1个半小时", ["1个半小时 amount 个半小时"]),
    ("他是一个人，没有数字", []),  # 一个 counts nothing
    ("", []),
]
BOUNDS = [
    ("宽度不得超过2.5米", ["不得超过2.5米 amount 米"]),
    ("截面不应小于4平方毫米", ["不应小于4平方毫米 amount 平方毫米"]),
    ("每班不能少于3人", ["不能少于3人 amount 人"]),
    ("噪声不得大于55分贝", ["不得大于55分贝 amount 分贝"]),
    ("室温不宜高于26℃", ["不宜高于26℃ amount 度"]),
    ("注册资本不低于30亿元", ["不低于30亿元 amount 亿元"]),
    ("不少于30个工作日", ["不少于30个工作日 amount 个工作日"]),
    ("完成率超95%以上", ["超95%以上 percent %"]),
]
UNITS = [
    ("面积120㎡，体积35m³，占地500m²", ["120㎡ amount 平方米", "35m³ amount 立方米", "500m² amount 平方米"]),
    ("电缆截面240mm²", ["240mm² amount mm2"]),
    ("浓度为35μg/m³", ["35μg/m³ amount μg/m3"]),
    ("浓度为35微克/立方米", ["35微克/立方米 amount 微克/立方米"]),
    ("气温零下5℃", ["零下5℃ amount 度"]),
    ("最低气温-5℃，次日-8℃~-3℃", ["-5℃ amount 度", "-8℃~-3℃ amount 度"]),
    ("限速80km/h，实测75公里/小时", ["80km/h amount 公里", "75公里/小时 amount 公里"]),
    ("发电1.5亿千瓦时，装机20万千瓦", ["1.5亿千瓦时 amount 亿千瓦时", "20万千瓦 amount 万千瓦"]),
    ("重300千克，电压110千伏", ["300千克 amount 千克", "110千伏 amount 千伏"]),
]
SHARES = [
    ("增长8.5%", ["8.5% percent %"]),
    ("增长８．５％", ["８．５％ percent %"]),
    ("增减：-11.17%", ["-11.17% percent %"]),
    ("在30%—50%之间", ["30%—50% percent %"]),
    ("降低1.2个百分点", ["1.2个百分点 percent 百分点"]),
    ("占百分之三十五点六", ["百分之三十五点六 percent %"]),
    ("千分之三点五，万分之二，5‰", ["千分之三点五 percent %", "万分之二 percent %", "5‰ percent %"]),
    ("约三分之一的人", ["约三分之一 percent %"]),
    ("是上年的约3倍", ["约3倍 multiple"]),
    ("五年翻两番", ["五年 amount 年", "翻两番 multiple"]),
]
HAN = [
    ("人民币伍拾万元整", ["伍拾万元整 amount 万元"]),
    ("叁仟贰佰元整", ["叁仟贰佰元整 amount 元"]),
    ("一百二十三亩五分", ["一百二十三亩五分 amount 亩"]),
    ("两百五十块", ["两百五十块 amount 块"]),
    ("一千零五十万元", ["一千零五十万元 amount 万元"]),
]
RANKS = [
    ("居全省首位", ["首位 rank"]),
    ("列全省第3", ["第3 rank"]),
    ("进入前10强，排名前三", ["前10强 rank", "前三 rank"]),
    ("列全国第十二位", ["第十二位 rank"]),
    ("依照第二十条", []),  # an article is no rank
]
TIMES = whole(
    "time",
    "7月1日19:30—21:00",
    "2025年7月1日（周二）下午2点半",
    "20时15分",
    "21：00",
    "上午9时至11时30分",
    "每周一至周五8:30-11:30",
    "每天8点到20点",
    "2024年12月31日24:00",
)
DATES = whole(
    "date",
    "2023年5月6日",
    "2024年上半年",
    "2024年一季度",
    "2025年1—6月",
    "1至6月",
    "5月上旬",
    "12月底",
    "9月1日至12日",
    "7月5日—7月9日",
    "2024-05-01",
    "二〇二三年",
    "二〇二四年五月一日",
    "20世纪80年代",
    "民国二十三年",
    "光绪三十二年",
    "永宁七年（公元438年）",
    "明万历二十三年（1595年）",
    "3年半",
)
CODES = whole(
    "code",
    "0571-8700 1234",
    "0571-8700 1234转802",
    "（0571）87001234",
    "138 0013 8000",
    "400-820-8820",
    "7716 3304",
    "yunwan_2024@163.com",
    "https://www.yunwan.gov.cn/a?id=3",
    "云政发〔2024〕15号",
    "云政办函(2024)第7号",
    "FC-200",
    "E-07C",
    "浙C·12345",
    "浙C12345",
    "91330300MA2ABC123X",
    "330327199001011234",
)


@pytest.mark.parametrize(
    ("text", "expected"), AMOUNTS + BOUNDS + UNITS + SHARES + HAN + RANKS, ids=lambda value: str(value)[:30]
)
def test_values_have_their_units_and_bounds(text: str, expected: list[str]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(("value", "kind"), TIMES + DATES + CODES)
@pytest.mark.parametrize("sentence", ["{}", "时间（号码）为：{}，以此为准。", "甲事，{} 起办。"])
def test_times_dates_and_codes_are_one_value_each(value: str, kind: str, sentence: str) -> None:
    assert values(sentence.format(value)) == [f"{value} {kind}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("型号FC-200和E-07C", ["FC-200 code", "E-07C code"]),
        ("周一至周五8:30-11:30、14:00—17:30", ["周一至周五8:30-11:30 time", "14:00—17:30 time"]),
        ("2023年半年报", ["2023年 date"]),  # no 半年
        ("绍兴三年来", ["三年 amount 年"]),  # the town, not the reign
        ("乾隆五年修,民国元年毁", ["乾隆五年 date", "民国元年 date"]),
        ("一班-5人", ["一班 amount 班", "5人 amount 人"]),  # a dash, not a sign
    ],
)
def test_what_stands_side_by_side(text: str, expected: list[str]) -> None:
    assert values(text) == expected


PIECES = (
    "全市 增长 比 至 — - ~ 约 不得超过 第 前 近 上午 周一 （ ） ， 。 、 ： : . , 8.5 2023 15 3 十 百 千 万 亿 "
    "一 两 三 几 半 % ‰ 年 月 日 时 分 点 元 亿元 千瓦 时 小时 米 m² ㎡ ℃ μg/m³ 倍 个 名 位 百分点 个百分点 分之 "
    "号 〔 〕 A FC a@b.cn http://a.cn 138 0571 民国 光绪 ８ ％ 億 ① 𠮷"
).split()


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.one_of(st.text(max_size=40), st.lists(st.sampled_from([*PIECES, " "]), max_size=16).map("".join)))
def test_values_lie_in_order_and_never_overlap(text: str) -> None:
    end = 0
    for one in figures(text):
        assert end <= one.start < one.end <= len(text)
        assert text[one.start : one.end].strip() == text[one.start : one.end]
        end = one.end
