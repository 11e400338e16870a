"""A newcomer's first messages, with the real worker and the sample page, over real HTTP."""

import time
from pathlib import Path

from tests.bot_api import BotApi
from tests.telegram_calls import Message
from tests.workers import ADMIN, REAL, Start, api, start

__all__ = ["api", "start"]  # fixtures
RATING = ["👍", "👎"]


def alert(api: BotApi, message: Message, button: str, *, user: int = 7) -> str:
    """Press a button and return what pops up."""
    query = api.presses(message, button, user=user)
    told = api.wait_for(lambda: [one for one in api.answers if one["callback_query_id"] == query])
    return str(told[0].get("text", ""))


def ask(api: BotApi, text: str, *, user: int = 7, language: str = "zh-hans") -> Message:
    """Say something and return the reply."""
    asked = api.user_says(text, user=user, language=language)
    return api.wait_for_message("", chat=user, after=asked)


def fill(api: BotApi) -> None:
    """Wait until the library is filled."""
    api.user_says("龙港GDP增速多少", user=8)
    api.wait_for_message("8.7%", chat=8)


def test_the_first_ten_messages(api: BotApi, start: Start, tmp_path: Path) -> None:
    start(REAL, LOG_LEVEL="INFO")
    fill(api)
    hello = ask(api, "/start")
    until = time.monotonic() + 60
    while len(hello.buttons) < 3 and time.monotonic() < until:  # suggestions are still looked for
        time.sleep(2)
        hello = ask(api, "/start")
    assert "里面有 1 份文档：《例会.txt》" in hello.text
    assert len(hello.buttons) == 3
    for question, _ in list(hello.buttons):
        alert(api, hello, question)
        answer = api.wait_for_message(f"问：{question}\n")
        assert "可能：" not in answer.text
        assert "没有" not in answer.text.splitlines()[1]
    for text, said in (
        ("你好", "你好！"),
        ("谢谢", "不客气"),
        ("你是谁", "我是问报"),
        ("总结一下", "不写总结"),
        ("有哪些文档", "《例会.txt》"),
        ("红烧肉好吃不", "自己拿主意"),
        ("今天天气怎么样", "帮不上"),
        ("各单位要高度重视，认真组织实施，确保各项任务落到实处。" * 6, "想问什么"),
        ("火龙果", "没有提到“火龙果”"),
    ):
        reply = ask(api, text)
        assert said in reply.text
        assert len(reply.text) <= 80
    assert "Wenbao" in ask(api, "who are you", user=9, language="en").text

    topics = ask(api, "工坊")
    assert topics.text == "关于“工坊”，想问什么？"
    assert api.floods == []


def test_what_stands_under_an_answer(api: BotApi, start: Start, tmp_path: Path) -> None:
    worker = start(REAL, LOG_LEVEL="INFO")
    fill(api)
    answer = ask(api, "龙港GDP增速多少")
    assert answer.text.splitlines()[0].endswith("8.7%")
    assert len(answer.text) <= 120
    worker.stop()
    start(REAL, LOG_LEVEL="INFO")  # the buttons outlive a restart
    assert "把握" in alert(api, answer, "为什么")
    alert(api, answer, "上下文")
    context = api.wait_for_message("例会.txt ›", after=answer.id)
    assert "GDP增速8.7%" in context.inside("blockquote")[0]
    alert(api, answer, "更多段落")
    api.wait_for_message("— 例会.txt", after=context.id)
    assert alert(api, answer, "👎") == "哪里不好？"
    api.wait_for(lambda: "不全" in dict(answer.buttons))
    assert "✓ 👎" in dict(answer.buttons)
    alert(api, answer, "不全")
    api.wait_for(lambda: "不全" not in dict(answer.buttons))

    # A question that is bent by the one before can be asked as it was put.
    followed = ask(api, "那余杭呢")
    assert followed.text.startswith("理解为：余杭GDP增速多少\n")
    assert "8.5%" in followed.text
    alert(api, followed, "按原话问")
    api.wait_for_message("问：那余杭呢", after=followed.id)
    assert api.floods == []


def test_english_is_wholly_english(api: BotApi, start: Start, tmp_path: Path) -> None:
    start(REAL, LOG_LEVEL="INFO")
    fill(api)
    answer = ask(api, "龙港GDP增速多少", user=ADMIN, language="en")
    assert [text for text, _ in answer.buttons][-5:] == ["Context", "More passages", "Why", *RATING]
    hello = ask(api, "/start", user=ADMIN, language="en")
    assert "Inside are 1 documents" in hello.text


def test_inline_new_and_forget(api: BotApi, start: Start, tmp_path: Path) -> None:
    start(REAL, LOG_LEVEL="INFO")
    fill(api)
    dropped = api.user_types("龙港")
    query = api.user_types("龙港GDP增速多少")
    api.wait_for(lambda: query in api.inline)
    (result,) = api.inline[query]
    assert result["title"].endswith("8.7%")
    assert "GDP增速8.7%" in result["input_message_content"]["message_text"]
    assert dropped not in api.inline
    greeting = api.user_types("你好")
    api.wait_for(lambda: greeting in api.inline)
    assert api.inline[greeting] == []

    ask(api, "龙港GDP增速多少")
    assert "从头开始" in ask(api, "/new").text
    assert "理解为" not in ask(api, "那余杭呢").text
    assert ask(api, "/forget").text == "抹掉了：你的 2 个问题，连同你的评价。"
    assert "《例会.txt》" in ask(api, "/documents").text


def test_what_admins_learn(api: BotApi, start: Start, tmp_path: Path) -> None:
    start(REAL, LOG_LEVEL="INFO")
    fill(api)
    assert "管理员" in ask(api, "/gaps").text
    for question in ("食堂几点开门", "食堂什么时候开门"):
        ask(api, question)
    gaps = ask(api, "/gaps", user=ADMIN)
    assert "1. 食堂什么时候开门（2 次）" in gaps.text
    alert(api, gaps, "写答案 1", user=ADMIN)
    prompt = api.wait_for_message("写下答案", chat=ADMIN)
    api.user_says("每天早上六点半。", user=ADMIN, reply_to=prompt)
    api.wait_for_message("已加入", chat=ADMIN)
    answer = ask(api, "食堂什么时候开门")
    assert answer.text.startswith("每天早上六点半。\n— 管理员答·食堂什么时候开门.txt")

    assert "食堂" not in ask(api, "/gaps", user=ADMIN).text  # it is answered from now on

    assert "问了 4 个" in ask(api, "/stats", user=ADMIN).text
    assert len(api.photos[0]) > 1000

    api.user_sends("开放.txt", "图书馆周一闭馆，其他日子八点开门。".encode(), user=8)
    api.wait_for_message("转给管理员", chat=8)
    offered = api.wait_for_message("（文档）", chat=ADMIN)
    assert "管理员" in alert(api, offered, "加入", user=8)
    alert(api, offered, "加入", user=ADMIN)
    api.wait_for_message("已加入《开放.txt》", chat=ADMIN)
    assert "周一" in ask(api, "图书馆周几闭馆").text
