"""Small talk, taste, advice, greetings, bare words: told apart from questions to the documents."""

import json
from pathlib import Path

import pytest

from bot.smalltalk import Talk, kind_of, last_question, without_preface
from bot.words import EN, ZH

TALKS: tuple[tuple[Talk, str], ...] = (
    ("greeting", "你好 您好呀！ 早上好 大家好～ 在吗 hi Hello! 测试一下"),
    ("thanks", "谢谢 太感谢你了 辛苦啦 thanks"),
    ("goodbye", "再见 拜拜👋 晚安"),
    ("acknowledged", "好的 嗯嗯 知道了 收到 哈哈哈"),
    ("praise", "你真棒 好厉害啊"),
    ("complaint", "你太笨了 答错了 不对吧"),
    ("who", "你是谁 你叫什么名字 你是机器人吗 谁开发的你"),
    ("able", "你能做什么 你会什么 怎么用 可以问哪些问题"),
    ("documents", "有哪些文档 你收录了什么资料 文档列表"),
    ("summary", "总结一下 概括一下主要内容 这篇文章讲了什么"),
    ("opinion", "红烧肉好吃不 你觉得哪个好 我该不该辞职 推荐一本书 值得去吗 西湖和太湖哪个更好"),
    ("elsewhere", "今天天气怎么样 现在几点 讲个笑话 3+5等于几 明天会下雨吗"),
    ("bare", "年假 食堂 GDP"),
    ("nothing", "？？ 😀"),
)
CASES = [(kind, text) for kind, texts in TALKS for text in texts.split(" ")]
WALL = "各单位要高度重视，认真组织实施，确保各项任务落到实处。" * 6
QUESTIONS = (
    "龙港GDP增速多少 年假有几天 谁批准出差 怎么报名 你们县有多少人 我能领多少补贴 好吃街在哪 食堂几点开饭 "
    "今天的会议在哪开 下雨停课吗 感谢信是谁写的 早餐多少钱 总结会什么时候开 文件号是多少 晚会谁主持 "
    "推荐信要几封 哪个县的GDP最高 办公室主任是谁 余杭和龙港哪个增速快 新好小学有几个班"
).split()


@pytest.mark.parametrize(("kind", "text"), CASES, ids=[text for _, text in CASES])
def test_what_is_no_question(kind: Talk, text: str) -> None:
    assert kind_of(text) == kind


def test_there_are_forty_of_them() -> None:
    assert len(CASES) >= 40


@pytest.mark.parametrize("text", QUESTIONS)
def test_questions_are_left_alone(text: str) -> None:
    assert kind_of(text) is None


def test_questions_with_answers_are_never_taken_for_talk() -> None:
    folder = Path(__file__).parent
    for name in ("development", "questions", "heldout"):
        for line in (folder / name / "questions.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            assert not row["answers"] or kind_of(row["question"]) is None, row["question"]


def test_a_wall_of_text() -> None:
    assert kind_of(WALL) == "wall"
    assert kind_of(WALL + "请问谁批准？") is None
    assert last_question(WALL + "请问谁批准？") == "请问谁批准？"
    assert kind_of("各单位要高度重视，认真组织实施。" * 4, forwarded=True) == "wall"


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("请问一下，谁批准出差", "谁批准出差"),
        ("你知道龙港GDP多少吗", "龙港GDP多少吗"),
        ("那余杭呢", "那余杭呢"),
        ("请问", "请问"),
    ],
)
def test_what_only_introduces_a_question(text: str, question: str) -> None:
    assert without_preface(text) == question


def test_every_reply_is_short_and_in_both_languages() -> None:
    for words in (ZH, EN):
        assert {kind for kind, _ in words.talk} == {kind for kind, _ in TALKS} - {"bare", "documents"} | {
            "wall"
        }
        assert all(len(text) <= 120 for _, text in words.talk)
