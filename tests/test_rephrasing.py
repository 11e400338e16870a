"""A language model may say only what the passages say: lies of every kind, failures, and its key."""

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot import rephrasing
from bot.answering import Answering
from bot.assertions import said
from bot.faithful import departure
from bot.messages import render_answer
from bot.rephrasing import Rephrasing
from bot.terminal import answer_as_json
from bot.words import EN, ZH
from config.logs import set_up_logs
from config.settings import Settings
from embeddings.types import Paragraph, Passage
from tests.language_model import LanguageModel
from tests.test_answering import answering as answering
from tests.test_logs import restored_logging as restored_logging

KEY = "sk-geheim-0123456789"
PASSAGES = (
    Passage(
        1,
        "例会.txt",
        Paragraph(
            "2023年龙港GDP增速8.7%，列全省第3。余杭GDP增速8.5%，引育人才12,300人。城镇居民收入没有下降。",
            ("敢闯敢试 打造新型城镇化样板",),
            "龙港市委书记 何宗静",
            "龙港",
        ),
        0.9,
    ),
    Passage(2, "年报.txt", Paragraph("华为全年营业收入7042亿元，研发投入1647亿元，比上年增长。"), 0.5),
)
COMPANY = (
    Passage(
        3,
        "公告.txt",
        Paragraph(
            "公司没有完成8.7%的目标，亏损12亿元。董事会未通过30亿元的收购方案。申请不得超过15日办理。"
            "预计明年营业收入45亿元。出口下降3.1%，利润-2.5%。库存由37万件增加到62万件。厂房占地4万平方米，接待1200人次。"
            "无锡、常州分别增长5.1%、4.9%。二十三家门店停业。"
        ),
        0.9,
    ),
)


@pytest.mark.parametrize(
    "reply",
    [
        "2023年龙港GDP增速8.7%，列全省第3。",
        "龙港2023年的GDP增速是8.7%。",
        "是8.7%，龙港市委书记何宗静这样介绍。",
        "龙港为8.7%，余杭为8.5%。",
        "龙港GDP增速8.7%，余杭引育人才12300人。",
        "龍港的ＧＤＰ增速是8.7%。",
        "龙港GDP增长8.7%。",
    ],
)
def test_what_the_passages_say_may_be_said(reply: str) -> None:
    assert departure(reply, "8.7%", PASSAGES) == ""


@pytest.mark.parametrize(
    ("reply", "lie"),
    [
        ("龙港GDP增速8.7%，列全省第2。", "2"),
        ("龙港GDP增速8.7%，有12300家。", "12300家"),
        ("龙港GDP增速8.7%，总量450亿元。", "450亿"),
        ("龙港GDP增速8.7%，引育人才2300人。", "2300"),  # a piece of 12,300
        ("龙港GDP增速8.7%，研发投入704亿元。", "704亿"),
        ("乐清GDP增速8.7%。", "乐清"),
        ("龙港GDP增速8.7%，市长李明作了介绍。", "市长"),
        ("华盛顿说，龙港GDP增速8.7%。", "华盛顿"),
        ("龙港GDP增速8.7%，由Apple投资。", "apple"),
        ("余杭GDP增速8.7%。", "8.7%"),
        ("龙港8.7%，余杭1647亿元。", "1647亿"),
        ("余杭8.7%，龙港8.5%。", "8.7%"),
        ("龙港GDP下降8.7%。", "下降"),
        ("龙港GDP增速很多，8.7%。", "很多"),
        ("华为GDP并未增长，龙港8.7%。", "未"),
        ("龙港GDP增速约8.7%。", "约"),
        ("龙港GDP增速8.7%，三成来自工业。", "三成"),
        ("昨天公布，龙港GDP增速8.7%。", "昨天"),
        ("龙港GDP增速很快。", "8.7%"),  # the answer is not in it
        ("", "长短"),
        ("龙港GDP增速8.7%。" * 50, "长短"),
    ],
)
def test_what_they_do_not_say_may_not(reply: str, lie: str) -> None:
    assert lie in departure(reply, "8.7%", PASSAGES)


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ("公司完成8.7%的目标。", "8.7%"),  # a negation dropped
        ("董事会通过30亿元的收购方案。", "30亿元"),
        ("申请超过15日办理。", "15日"),
        ("明年营业收入45亿元。", "45亿元"),  # a plan told as a fact
        ("出口3.1%。", "3.1%"),  # a fall that is none any more
        ("利润2.5%。", "2.5%"),  # a sign
        ("出口下降3.1%，利润负3.1%。", "3.1%"),
        ("库存由62万件增加到37万件。", "62万件"),  # changed places
        ("常州、无锡增长4.9%、5.1%。", "4.9%"),
        ("厂房占地4万平方公里。", "4万平"),  # the unit
        ("接待1200人。", "1200"),
        ("公司没有完成8.7%的目标，亏损12万元。", "8.7%"),
        ("公司亏损百分之十二，即12亿元。", "12亿元"),  # Chinese numerals
        ("二十四家门店停业，亏损12亿元。", "12亿元"),
        ("门店三成停业，亏损12亿元。", "12亿元"),
        ("公司取消8.7%的目标。", "8.7%"),  # another deed
        ("公司没有完成8.7%的目标，可以延长。", "8.7%"),
        ("预计明年亏损45亿元。", "45亿元"),  # of something else
        ("出口下降2.5%。", "2.5%"),
        ("出口下降3.1%，比利润快。", "3.1%"),  # a comparison of its own
    ],
)
def test_what_turns_them_round_may_not_be_said(reply: str, answer: str) -> None:
    assert departure(reply, answer, COMPANY) != ""


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ("公司没有完成8.7%的目标。", "8.7%"),
        ("公告提到，预计明年营业收入达到45亿元。", "45亿元"),
        ("出口下降3.1%，利润为负2.5%。", "3.1%"),
        ("无锡增长5.1%，常州增长4.9%。", "5.1%"),
        ("接待1200人次，厂房占地4万平方米。", "4万平方米"),
    ],
)
def test_other_words_for_the_same_may_be_said(reply: str, answer: str) -> None:
    assert departure(reply, answer, COMPANY) == ""


def test_a_thousands_comma_is_no_difference() -> None:
    assert departure("余杭引育人才12300人。", "12,300人", PASSAGES) == ""
    assert said("引育人才12300人").figures == ("12300人",)


def ask(model: LanguageModel, key: str | None = KEY) -> str:
    return Rephrasing(model.url, "any", key)("龙港GDP增速多少", "8.7%", PASSAGES)


def test_it_is_asked_with_the_passages_and_the_key() -> None:
    with LanguageModel("龙港的GDP增速是8.7%。") as model:
        assert ask(model) == "龙港的GDP增速是8.7%。"
        assert ask(model, None) == "龙港的GDP增速是8.7%。"
    assert model.keys == [f"Bearer {KEY}", None]
    told = model.asked[0]["messages"][1]["content"]
    assert (model.asked[0]["model"], model.asked[0]["temperature"]) == ("any", 0)
    assert all(part in told for part in ("龙港GDP增速多少", "8.7%", "何宗静", "7042亿元"))


@pytest.mark.parametrize(
    "faults",
    [
        {"reply": "乐清的GDP增速是8.7%。"},
        {"reply": None},
        {"reply": ["8.7%"]},
        {"status": 500, "body": b"out of order"},
        {"status": 401, "body": f"wrong key {KEY}".encode()},
        {"body": b"<html>"},
        {"body": b"[]"},
        {"body": b"{}"},
        {"body": b'{"choices": []}'},
        {"wait_seconds": 1.0},
    ],
)
def test_else_the_extract_is_shown_and_no_secret_logged(
    faults: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    restored_logging: None,
) -> None:
    monkeypatch.setattr(rephrasing, "SECONDS", 0.5)
    set_up_logs(Settings.model_validate({"log_level": "DEBUG", "llm_key": KEY}))
    with LanguageModel(**{"reply": "龙港8.7%", **faults}) as model:  # type: ignore[arg-type]
        assert ask(model) == ""
    written = capsys.readouterr().err
    assert KEY not in written
    assert not any(said in written for said in ("乐清", "增速多少", "何宗静"))
    assert "照原文回答" in written


def test_a_server_that_is_not_there(caplog: pytest.LogCaptureFixture) -> None:
    with LanguageModel() as model:
        url = model.url
    caplog.set_level(logging.DEBUG)
    assert Rephrasing(url, "any", KEY)("问", "答", PASSAGES) == ""
    assert "LLM_URL" in caplog.text
    assert KEY not in caplog.text


def test_the_key_goes_nowhere_else() -> None:
    with LanguageModel("龙港8.7%") as other, LanguageModel(status=307) as model:
        model.location = f"{other.url}/chat/completions"
        assert ask(model) == ""
    assert (len(model.asked), other.asked) == (1, [])


@pytest.fixture
def model() -> Iterator[LanguageModel]:
    with LanguageModel() as started:
        yield started


def test_answers_are_rephrased_for_people_alone(answering: Answering, model: LanguageModel) -> None:
    question, plain = "云湾地区生产总值增速多少", "云湾区实现地区生产总值820亿元，同比增长6.1%。"
    worded = Answering(answering._searcher, answering._reader, Rephrasing(model.url, "any"))
    model.reply = plain
    answer = worded.answer_in_words(question)
    assert (answer.text, answer.rephrased) == ("6.1%", plain)
    assert answer_as_json(answer)["rephrased"] == plain
    asked = len(model.asked)
    assert worded.answer(question).rephrased == ""
    assert worded.answer_in_words("云湾有几座水电站").rephrased == ""  # nothing was found
    assert worded.answer_in_words("景区接待游客多少人次").rephrased == ""  # several readings
    assert len(model.asked) == asked
    model.reply = plain.replace("820", "920")
    assert worded.answer_in_words(question) == replace(
        worded.answer(question), milliseconds=pytest.approx(0, abs=1e6)
    )
    assert "rephrased" not in answer_as_json(worded.answer_in_words(question))
    assert answering.answer_in_words(question).rephrased == ""  # none is set


def test_the_reply_shows_it_with_its_source(answering: Answering, model: LanguageModel) -> None:
    model.reply = "云湾区同比增长6.1%。"
    worded = Answering(answering._searcher, answering._reader, Rephrasing(model.url, "any"))
    answer = replace(worded.answer_in_words("云湾地区生产总值增速多少"), certain=True)
    (page,) = render_answer(answer, ZH)
    assert page.text.startswith("云湾区同比增长6.1%。\n— 例会.txt")
    assert page.text.endswith("由语言模型转述")
    assert [page.text[mark.start : mark.end] for mark in page.marks if mark.style == "bold"] == ["6.1%"]
    (english,) = render_answer(replace(answer, certain=False), EN)
    assert english.text.startswith("Perhaps: 云湾区")
    assert english.text.endswith("worded by a language model")
