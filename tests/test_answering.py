"""Questions answered end to end from a tiny library: the search, the reader, choices and comparisons."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answering import Answer, Answering
from bot.reader.reader import Reader
from embeddings.encoder import load_encoder
from embeddings.indexing import bring_in_step
from embeddings.library import Library
from embeddings.pool import Pool
from embeddings.search import Searcher

DOCUMENTS = {
    "例会.txt": "全市例会发言\n\n云湾区委书记 林小舟\n\n去年云湾区实现地区生产总值820亿元，同比增长6.1%。"
    "全区公园面积300亩。\n\n石桥区委书记 周大川\n\n去年石桥区实现地区生产总值640亿元，同比增长7.3%。"
    "全区绿道总长12公里。\n",
    "季报.md": "# 甲公司季报\n\n| 季度 | 营业收入（亿元） |\n| --- | --- |\n| 一季度 | 120 |\n| 二季度 | 298 |\n"
    "| 三季度 | 210 |\n| 合计 | 628 |\n",
    "书屋.txt": "书屋建设情况\n\n柳溪镇建成书屋12家，枫林镇建成书屋15家，白沙镇建成书屋9家，其中枫林镇书屋最多。\n",
    "开放.txt": "开放时间\n\n图书馆周一闭馆，其他日子八点开门。\n",
    "2023年简报.txt": "2023年简报\n\n2023年，景区接待游客120万人次。\n",
    "2024年简报.txt": "2024年简报\n\n2024年，景区接待游客150万人次。\n",
}


@pytest.fixture(scope="module")
def answering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answering]:
    folder = tmp_path_factory.mktemp("library")
    sources = folder / "文档"
    sources.mkdir()
    for name, text in DOCUMENTS.items():
        (sources / name).write_text(text, encoding="utf-8")
    library, encoder = Library(f"sqlite:///{folder}/wenbao.db"), load_encoder(None)
    for _ in bring_in_step(library, encoder, [sources]):
        pass
    yield Answering(Searcher(library, encoder, Pool(Path(folder))), Reader())
    library.close()


def sentences(answer: Answer) -> list[str]:
    """Return the sentences that the evidence marks."""
    return [
        one.passage.paragraph.text[slice(*one.sentence)]
        for one in answer.evidence
        if one.sentence is not None
    ]


def test_one_figure(answering: Answering) -> None:
    answer = answering.answer("云湾地区生产总值增速多少")
    assert (answer.found, answer.text, answer.choices) == (True, "6.1%", ())
    assert answer.evidence[0].passage.document == "例会.txt"


@pytest.mark.parametrize(
    "question", ["你好", "你是谁", "书屋好看不", "买票划算吗", "帮我写一首诗", "1+1等于几"]
)
def test_what_no_document_tells_is_not_looked_up(answering: Answering, question: str) -> None:
    answer = answering.answer(question)
    assert (answer.found, answer.text, answer.evidence) == (False, None, ())


def test_a_question_that_names_a_file_is_asked_of_that_file(answering: Answering) -> None:
    for name, text in (("2023年简报.txt", "120万人次"), ("2024年简报.txt", "150万人次")):
        answer = answering.answer(f"{name}景区接待游客多少")
        assert (answer.text, answer.evidence[0].passage.document) == (text, name)
        assert answer.choices == ()


def test_a_day_of_the_week_is_no_hour(answering: Answering) -> None:
    assert "周一" in str(answering.answer("图书馆周几闭馆").text)
    assert answering.answer("图书馆几点开门").text == "八点"


def test_which_of_two(answering: Answering) -> None:
    answer = answering.answer("云湾和石桥哪个地区生产总值增速快")
    assert (answer.found, answer.text) == (True, "石桥")
    # Both figures are shown, the one that decides first.
    assert ["7.3%" in sentences(answer)[0], "6.1%" in sentences(answer)[1]] == [True, True]
    assert answering.answer("云湾和石桥哪个地区生产总值高").text == "云湾"
    assert answering.answer("云湾和石桥哪个地区生产总值低").text == "石桥"


@pytest.mark.parametrize(
    "question",
    [
        "云湾和石桥的地区生产总值一共多少",  # a sum that no sentence states
        "云湾和石桥哪个财政收入高",  # neither is told
        "云湾和青浦哪个地区生产总值增速快",  # one is not told
    ],
)
def test_what_is_not_reckoned(answering: Answering, question: str) -> None:
    answer = answering.answer(question)
    assert (answer.found, answer.text, answer.choices) == (False, None, ())


def test_which_row_of_all(answering: Answering) -> None:
    answer = answering.answer("哪个季度营业收入最高")
    assert (answer.found, answer.text, answer.certain) == (True, "二季度", False)
    first = answer.evidence[0]
    assert [first.passage.paragraph.text[slice(*span)] for span in first.answers] == ["二季度"]
    assert answering.answer("哪个季度营业收入最低").text == "一季度"


def test_which_subject_of_all(answering: Answering) -> None:
    assert answering.answer("哪个区地区生产总值增速最快").text == "石桥"


def test_what_a_sentence_says_is_the_most(answering: Answering) -> None:
    answer = answering.answer("哪个镇书屋最多")
    assert (answer.found, answer.text) == (True, "枫林镇")


def test_readings_of_two_years_are_offered(answering: Answering) -> None:
    answer = answering.answer("景区接待游客多少人次")
    assert {(one.label, one.question, one.answer) for one in answer.choices} == {
        ("2023年", "2023年景区接待游客多少人次", "120万人次"),
        ("2024年", "2024年景区接待游客多少人次", "150万人次"),
    }
    for choice in answer.choices:  # each, asked, has one reading
        again = answering.answer(choice.question)
        assert (again.text, again.choices) == (choice.answer, ())


def test_a_follow_up_is_made_whole(answering: Answering) -> None:
    answer = answering.answer("那石桥呢", ["云湾地区生产总值增速多少"])
    assert (answer.understood, answer.text) == ("石桥地区生产总值增速多少", "7.3%")


def test_a_question_that_stands_by_itself_is_not_bent(answering: Answering) -> None:
    answer = answering.answer("2024年景区接待游客多少人次", ["云湾地区生产总值增速多少"])
    assert (answer.understood, answer.text) == ("2024年景区接待游客多少人次", "150万人次")


def test_what_is_not_there(answering: Answering) -> None:
    answer = answering.answer("云湾有几座水电站")
    assert (answer.found, answer.text, answer.choices) == (False, None, ())
