"""The reader end to end, on passages that a reader can check by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reader.candidates import printed
from bot.reader.guard import Difference
from bot.reader.network import Network
from bot.reader.reader import STEPS, Found, Reader
from embeddings.types import Passage
from tests.readings import SUBJECTS, passage

YEARBOOK = "2023年,全市生产总值达到2936亿元,增长8.5%,总量列全省第三。新建大桥3座。"
BRIDGE = "沙汀大桥全长1200米。"
READER = Reader()


def asked(question: str, *passages: Passage) -> Found:
    return READER.read(question, passages, SUBJECTS, holds=lambda word: True)[0]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("云湾生产总值增长多少", "8.5%"),
        ("云湾生产总值排全省第几", "第三"),
        ("云湾新建大桥几座", "3座"),
        ("雲灣生產總值增長多少", "8.5%"),
        ("云湾２０２３年生产总值增长多少？", "8.5%"),
    ],
)
def test_a_figure_answers_in_the_respect_asked(question: str, answer: str) -> None:
    found = asked(question, passage(YEARBOOK, "云湾"))
    assert (found.text, found.difference) == (answer, None)
    assert YEARBOOK[slice(*found.spans[0])] == answer
    sentence = YEARBOOK[slice(*found.sentence)]
    assert answer in sentence
    assert sentence in (YEARBOOK[: YEARBOOK.index("。") + 1], "新建大桥3座。")


def test_total_and_growth_of_gdp() -> None:
    text = passage("全市GDP达到2936亿元,增长8.5%。", "云湾")
    assert asked("云湾GDP增速多少", text).text == "8.5%"
    assert asked("云湾GDP达到多少亿元", text).text == "2936亿元"


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("北桥区改造多少个", "全市改造小区112个。其中，东塘区38个，北桥区31个。", "31个"),
        ("毛利率多少", "毛利率由29.8%提高到33.5%。", "33.5%"),
        ("二期投资多少", "一期投资41.5亿元，装机25万千瓦；二期投资58亿元，装机40万千瓦。", "58亿元"),
        ("财务总监是谁", "董事长为顾承业，财务总监为苏秉文。", "苏秉文"),
        ("修大桥砸了多少钱", "大桥长3公里，投资7200万元。", "7200万元"),
        ("修大桥用了多久", "大桥投资7200万元，工期18个月。", "18个月"),
        ("大桥晚开的原因", "大桥推迟开通，主要是江心遇到孤石群。", "江心遇到孤石群"),
        ("大桥什么时候通车", "大桥长3公里，7月1日19:30通车。", "7月1日19:30"),
        ("联系电话是多少", "报名在老街3号，联系电话0571-8700 1234转802。", "0571-8700 1234转802"),
        ("FC-200净重多少", "FC-200水泵净重12公斤，FC-300水泵净重15公斤。", "12公斤"),
    ],
)
def test_the_right_one_of_several(question: str, text: str, answer: str) -> None:
    found = asked(question, passage(text))
    assert (found.text, found.difference) == (answer, None)


def test_the_passage_that_speaks_of_it_answers() -> None:
    found = asked("云湾生产总值增长多少", passage(BRIDGE, "沙汀"), passage(YEARBOOK, "云湾"))
    assert (found.passage, found.text, found.difference) == (1, "8.5%", None)


def test_a_row_answers_from_the_column_asked_for() -> None:
    rows = [
        passage("乡镇：梅溪；产值（亿元）：98.1；游客：3万人", role="row"),
        passage("乡镇：柳渡；产值（亿元）：128.6；游客：9万人", role="row"),
    ]
    found = asked("柳渡产值多少", *rows)
    assert (found.passage, found.difference) == (1, None)
    assert found.text.startswith("128.6")


@pytest.mark.parametrize(
    ("question", "text", "subject", "difference"),
    [
        ("沙汀生产总值增长多少", YEARBOOK, "云湾", Difference("subject", "沙汀", "云湾")),
        ("风电二期投资多少亿元", "风电一期投资41.5亿元。", "", Difference("subject", "二期", "一期")),
        ("2019年云湾生产总值增长多少", YEARBOOK, "云湾", Difference("year", "2019年", "2023年")),
        ("FC-300净重多少", "FC-200水泵净重12公斤。", "", Difference("absent", "FC-300")),
        ("甲县和乙县一共产值多少", "甲县产值30亿元，乙县产值20亿元。", "", Difference("sum")),
    ],
)
def test_what_differs_is_named(question: str, text: str, subject: str, difference: Difference) -> None:
    found = asked(question, passage(text, subject))
    assert found.difference == difference
    assert not found.certain


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("农村居民收入是多少元", "城镇居民收入为62000元。"),
        ("出口额是多少亿元", "全市进出口额达到80亿元。"),
        ("区长是谁", "书记何小平主持会议。"),
        ("大桥多少米", "新建大桥3座。"),
        ("云湾失业率是多少", YEARBOOK),
        ("红烧肉好吃不", "大桥长3公里，投资7200万元。"),
        ("？", YEARBOOK),
        ("", YEARBOOK),
    ],
)
def test_what_the_text_does_not_say_is_not_answered(question: str, text: str) -> None:
    found = asked(question, passage(text))
    assert found.difference is not None
    assert not found.certain


def test_what_the_library_holds_nowhere_is_named() -> None:
    found = READER.read("区长是谁", [passage("书记何小平主持会议。")])[0]
    assert found is not None
    assert found.difference == Difference("absent", "区长")


def test_a_byline_answers_who_wrote() -> None:
    byline = passage("本报记者 何小平 通讯员 陈立", role="byline")
    found = asked("这篇报道的记者是谁", passage("大桥通车了，市民纷纷前来参观。", "云湾"), byline)
    assert (found.passage, found.difference) == (1, None)
    assert found.text in ("何小平", "陈立", "何小平、陈立")


def test_a_list_answers_with_all_its_members() -> None:
    text = "今年新建了桥梁、隧道和码头。"
    found = asked("新建了哪些设施", passage(text))
    assert found.difference is None
    assert all(member in found.text for member in ("桥梁", "隧道", "码头"))


@pytest.mark.parametrize("texts", [[], ["", "  "], ["\n"]])
def test_nothing_to_read_gives_no_answer(texts: list[str]) -> None:
    assert READER.read("云湾有多少人", [passage(text) for text in texts]) == ()


def read_of(question: str, passages: list[Passage], monkeypatch: pytest.MonkeyPatch) -> int:
    """Return how many passages the network reads for a question."""
    texts: list[tuple[str, str]] = []
    read = Network.read
    monkeypatch.setattr(Network, "read", lambda self, q, some: (texts.extend(some), read(self, q, some))[1])
    READER.read(question, passages, SUBJECTS, holds=lambda word: True)
    return len(texts)


def test_more_is_read_only_where_the_first_passages_do_not_settle_it(monkeypatch: pytest.MonkeyPatch) -> None:
    others = [passage("大桥通车了。")] * 22
    assert read_of("沙汀大桥全长多少米", [passage(BRIDGE, "沙汀"), *others], monkeypatch) == STEPS[0]
    assert read_of("新建了哪些设施", [passage("新建了桥梁、隧道和码头。"), *others], monkeypatch) == STEPS[1]
    assert read_of("云湾有多少人", others, monkeypatch) == STEPS[2]
    late = [*others[: STEPS[1]], passage(BRIDGE, "沙汀")]
    assert asked("沙汀大桥全长多少米", *late).text == "1200米"


def test_a_sentence_far_down_a_long_passage_is_read_at_its_place() -> None:
    text = "全镇干部群众齐心协力，各项工作有序推进。" * 60 + BRIDGE + "群众满意，成效明显。" * 60
    found = asked("沙汀大桥全长多少米", passage(text))
    assert (found.text, found.difference) == ("1200米", None)
    assert text[slice(*found.spans[0])] == "1200米"
    assert text[slice(*found.sentence)] == BRIDGE


def test_each_passage_gives_its_best_the_surest_first() -> None:
    passages = [passage("大桥通车了。"), passage(BRIDGE), passage(YEARBOOK, "云湾")]
    found = READER.read("沙汀大桥全长多少米", passages, SUBJECTS)
    assert found[0].passage == 1
    assert len({one.passage for one in found}) == len(found)
    assert [one.difference is None for one in found] == sorted(
        (one.difference is None for one in found), reverse=True
    )


def test_the_same_question_is_answered_the_same() -> None:
    texts = [passage(YEARBOOK, "云湾"), passage(BRIDGE, "沙汀")]
    first = READER.read("大桥有几座", texts, SUBJECTS)
    assert READER.read("大桥有几座", texts, SUBJECTS) == first
    assert Reader().read("大桥有几座", texts, SUBJECTS) == first


@pytest.mark.parametrize(
    ("text", "spans", "expected"),
    [
        ("桥梁、隧道和码头", [(0, 2)], "桥梁"),
        ("桥梁、隧道和码头", [(0, 2), (3, 5), (6, 8)], "桥梁、隧道和码头"),  # side by side, as printed
        ("桥梁、隧道以及码头", [(0, 2), (3, 5), (7, 9)], "桥梁、隧道以及码头"),
        ("记者 何小平 通讯员 陈立", [(3, 6), (11, 13)], "何小平、陈立"),
        ("有甲县,有乙县,丙县", [(1, 3), (5, 7), (8, 10)], "甲县、乙县,丙县"),
        ("推出“甲”“乙”两品", [(3, 7)], "“甲”“乙”"),
    ],
)
def test_printed(text: str, spans: list[tuple[int, int]], expected: str) -> None:
    assert printed(text, tuple(spans)) == expected


PIECES = "云湾 沙汀区 大桥 ＧＤＰ 生產總值 2023年 增长8.5% 3座 12.5万元 第一 、 和 其中 分别 “ ” 《 》 ( ， 。 ； \n a ㎡ ① … 𠮷 é 计划 记者 因为 目标 　".split(
    " "
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
QUESTIONS = (
    "云湾GDP增速多少 大桥有几座 谁写的 哪三项工程 为什么停工 在哪里 什么时候通车 标题是什么 "
    "入选哪个基地 大桥通车了吗 云湾的发展"
).split()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.sampled_from(QUESTIONS),
    st.lists(st.builds(passage, TEXTS, role=st.sampled_from(["body", "heading", "row"])), max_size=3),
)
def test_answers_are_pieces_of_the_paragraph(question: str, passages: list[Passage]) -> None:
    for found in READER.read(question, passages, SUBJECTS):
        check(found, passages)


def check(found: Found, passages: list[Passage]) -> None:
    text = passages[found.passage].paragraph.text
    assert found.spans
    assert all(0 <= start < end <= len(text) for start, end in found.spans)
    assert all(text[slice(*span)] in found.text for span in found.spans)
    assert found.text == printed(text, found.spans)
    assert 0 <= found.sentence[0] <= found.spans[0][0]
    assert found.spans[-1][1] <= found.sentence[1] <= len(text)
    assert 0 <= found.confidence <= 1
