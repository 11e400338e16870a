"""The worker end to end: started as a user starts it, against the double of the Bot API."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from embeddings.library import Library
from tests.bot_api import ALL_UPDATES, BotApi
from tests.telegram_calls import TOKEN, Message
from tests.workers import (
    ADMIN,
    DOUBLE,
    GROUP,
    READER,
    REAL,
    STRANGER,
    Start,
    api,
    library,
    start,
    write_library,
)

MORE, CONTEXT, WHY, RATING = "更多段落", "上下文", "为什么", ["👍", "👎"]
LOOK = [CONTEXT, MORE, WHY]
pytestmark = pytest.mark.usefixtures("library")
__all__ = ["api", "library", "start"]  # fixtures


def test_a_conversation(api: BotApi, start: Start) -> None:
    worker = start(LOG_FORMAT="json")
    assert api.commands[("default", "")] == ["start", "help", "ask", "documents", "new", "forget", "about"]
    assert api.commands[("default", "en")] == ["start", "help", "ask", "documents", "new", "forget", "about"]
    assert api.commands[(f"chat{ADMIN}", "")] == [
        *("start", "help", "ask", "documents", "new", "forget", "about"),
        *("gaps", "stats", "remove", "reindex"),
    ]
    assert set(api.wait_for(lambda: api.allowed_updates)) == set(ALL_UPDATES)

    api.user_says("/start")
    assert "问报" in api.wait_for_message("你好").inside("b")
    api.user_says("/help", language="en-GB", user=8)
    assert "/reindex" not in api.wait_for_message("In groups", chat=8).text
    api.user_says("/help", user=ADMIN)
    api.wait_for_message("/reindex full", chat=ADMIN)
    api.user_says("/about")
    api.wait_for_message("不编造")
    api.user_says("/dance")
    api.wait_for_message("没有这个命令")

    api.user_says("居首的是谁")
    reply = api.wait_for_message("<居首>")
    assert reply.text == "居\n龙港增长8.7%，<居首>。\n— 例.txt › 上 < 下"
    assert reply.inside("b") == ["居"]
    assert reply.reply_to is None
    assert [text for text, _ in reply.buttons] == [CONTEXT, WHY, *RATING]

    api.user_says("没有吗")
    assert api.wait_for_message("没有找到").inside("b") == ["文档里没有找到答案。"]
    assert worker.stop()[0] == 0
    assert all(json.loads(line)["level"] for line in worker.output.splitlines())


def test_more_passages_also_after_a_restart(api: BotApi, start: Start) -> None:
    worker = start()
    api.user_says("龙港如何")
    first = api.wait_for_message("龙港今年很忙。")
    assert [text for text, _ in first.buttons] == [*LOOK, *RATING]
    button = dict(first.buttons)[MORE]
    assert worker.stop()[0] == 0

    start()
    api.presses(first, MORE)
    second = api.wait_for_message("第2段", after=first.id)
    api.wait_for(lambda: [text for text, _ in first.buttons] == [CONTEXT, WHY, *RATING])
    assert [text for text in second.text.splitlines() if "段" in text] == [
        "第2段也说到龙港。",
        "第3段也说到龙港。",
        "第4段也说到龙港。",
    ]
    api.presses(second, MORE)
    third = api.wait_for_message("第5段", after=second.id)
    assert "第6段" in third.text
    assert third.buttons == []
    api.presses(first, MORE, data=button)  # pressed twice
    api.wait_for(lambda: len(api.answers) == 3)
    api.presses(third, MORE, data="more:999:1")
    api.wait_for(lambda: len(api.answers) == 4)
    assert "再问一次" in api.answers[-1]["text"]
    assert third == api.messages[-1]


def test_groups(api: BotApi, start: Start) -> None:
    start()
    api.user_says("居首的是谁", chat=GROUP)  # nobody asked the bot
    asked = api.user_says("@wenbao_test_bot 居首的是谁", chat=GROUP)
    by_mention = api.wait_for_message("居首", chat=GROUP)
    assert by_mention.reply_to == asked
    asked = api.user_says("瑞安呢", chat=GROUP, reply_to=by_mention)
    assert api.wait_for_message("瑞安", chat=GROUP, after=asked).reply_to == asked
    asked = api.user_says("/ask 明年怎样", chat=GROUP)
    assert api.wait_for_message("明年", chat=GROUP, after=asked).reply_to == asked
    assert sum(message.chat == GROUP for message in api.messages) == 3


def test_who_may_ask(api: BotApi, start: Start) -> None:
    start(ALLOWED_IDS=f"{READER},{GROUP}")
    api.user_says("瑞安如何", user=STRANGER)
    assert str(STRANGER) in api.wait_for_message("名单", chat=STRANGER).text
    api.user_says("瑞安如何", user=READER)
    api.wait_for_message("瑞安", chat=READER)
    api.user_says("瑞安如何", user=ADMIN)
    api.wait_for_message("瑞安", chat=ADMIN)
    api.user_says("/ask 瑞安如何", user=STRANGER, chat=GROUP)
    api.wait_for_message("瑞安", chat=GROUP)
    assert sum(message.chat == STRANGER for message in api.messages) == 1


def test_reindexing(api: BotApi, start: Start, tmp_path: Path) -> None:
    following = {"paragraphs": ["瑞安改为9.9%。"]}
    write_library(tmp_path, steps=18, next=following)
    start()
    api.user_says("/reindex", user=READER)
    api.wait_for_message("管理员", chat=READER)
    api.user_says("/reindex all", user=ADMIN)
    api.wait_for_message("用法", chat=ADMIN)

    api.user_says("/reindex", user=ADMIN)
    progress = api.wait_for_message("文档库", chat=ADMIN)
    api.user_says("瑞安如何")
    old = api.wait_for_message("瑞安")
    assert "9.9" not in old.text
    api.user_says("/reindex full", user=ADMIN)
    api.wait_for_message("请等", chat=ADMIN)
    api.wait_for(lambda: "已更新" in progress.text)
    assert "第 2 代" in progress.text
    assert "跳过 坏<.bin：不是文本" in progress.text
    edits = progress.edits
    assert len(edits) >= 3
    assert min(right - left for left, right in pairwise(edits)) >= 1.95
    api.user_says("瑞安如何")
    api.wait_for_message("瑞安改为9.9%", after=old.id)


def test_reindexing_that_fails_leaves_the_old_contents(api: BotApi, start: Start, tmp_path: Path) -> None:
    write_library(tmp_path, fails=True)
    start()
    api.user_says("/reindex full", user=ADMIN)
    api.wait_for_message("没有更新成功", chat=ADMIN)
    api.user_says("瑞安如何")
    api.wait_for_message("瑞安")


def test_an_empty_library_is_filled_before_the_first_answer(
    api: BotApi, start: Start, tmp_path: Path
) -> None:
    write_library(tmp_path, generation=0, paragraphs=[], steps=4, next={"paragraphs": ["瑞安"]})
    api.user_says("瑞安如何")
    worker = start()
    api.wait_for_message("第一次读文档")
    api.wait_for_message("— 例.txt")
    assert "the library is empty, filling it first" in worker.output


def test_a_slow_question_holds_nobody_up(api: BotApi, start: Start, tmp_path: Path) -> None:
    start()
    api.user_says("瑞安慢吗", user=8)
    api.user_says("瑞安如何")
    quick = api.wait_for_message("瑞安")
    slow = api.wait_for_message("瑞安", chat=8)
    assert quick.id < slow.id


def test_the_end_waits_for_what_is_under_way(api: BotApi, start: Start, tmp_path: Path) -> None:
    write_library(tmp_path, slow_seconds=2, steps=100)
    worker = start()
    api.user_says("瑞安慢吗")
    api.user_says("/reindex", user=ADMIN)
    api.wait_for_message("开始更新", chat=ADMIN)
    api.wait_for(lambda: api.count("sendChatAction"))
    code, seconds = worker.stop()
    assert (code, seconds < 10) == (0, True)
    api.wait_for_message("瑞安", timeout_seconds=1)
    api.wait_for_message("中断", chat=ADMIN, timeout_seconds=1)


def test_an_answer_without_end_does_not_hold_up_the_exit(api: BotApi, start: Start, tmp_path: Path) -> None:
    write_library(tmp_path, slow_seconds=60)
    worker = start()
    api.user_says("瑞安慢吗")
    api.wait_for(lambda: api.count("sendChatAction"))
    code, seconds = worker.stop()
    assert (code, seconds < 10) == (0, True)


def test_the_end_while_receiving_pauses_still_answers(api: BotApi, start: Start) -> None:
    worker = start()
    api.wait_for(lambda: api.allowed_updates)  # it is polling: the failure meets the poll after the question
    api.fail_next("getUpdates", 429, "Too Many Requests: retry after 30", retry_after=30)
    api.user_says("瑞安慢吗")
    api.wait_for(lambda: any(call.code == 429 for call in api.calls))
    worker.wait_for_line("asks for patience")
    code, seconds = worker.stop()
    assert (code, seconds < 10) == (0, True)
    api.wait_for_message("瑞安", timeout_seconds=1)


def test_an_error_is_told_kindly(api: BotApi, start: Start) -> None:
    worker = start()
    api.user_says("坏在哪")
    told = api.wait_for_message("抱歉")
    assert "secret table" not in told.text
    assert "secret table" in worker.output


def test_telegram_asks_for_patience_and_is_heard(api: BotApi, start: Start) -> None:
    start()
    api.fail_next("sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1)
    api.user_says("瑞安如何")
    api.wait_for_message("瑞安")
    first, second = (call for call in api.calls if call.method == "sendMessage")
    assert (first.code, second.code) == (429, 200)
    assert second.when - first.when >= 1


def test_another_poller_is_named_in_the_log(api: BotApi, start: Start) -> None:
    worker = start()
    api.fail_next("getUpdates", 409, "Conflict: terminated by other getUpdates request")
    api.user_says("瑞安如何")
    api.wait_for_message("瑞安")
    worker.wait_for_line("polls with the same token")


def test_a_refused_token_ends_the_worker(api: BotApi, start: Start) -> None:
    worker = start(ready=False, TELEGRAM_BOT_TOKEN=TOKEN + "x")
    assert worker.process.wait(180) == 1
    assert "check TELEGRAM_BOT_TOKEN" in worker.output
    assert "Traceback" not in worker.output


def test_a_token_revoked_while_polling_ends_the_worker(api: BotApi, start: Start) -> None:
    worker = start()
    api.fail_next("getUpdates", 401, "Unauthorized")
    api.user_says("瑞安如何")
    assert worker.process.wait(180) == 1
    assert worker.output.count("check TELEGRAM_BOT_TOKEN") == 1
    assert "Traceback" not in worker.output


def test_a_network_that_is_down_is_tried_again(api: BotApi, start: Start) -> None:
    worker = start(ready=False, TELEGRAM_API_BASE="http://127.0.0.1:9")
    worker.wait_for_line("cannot reach Telegram")
    code, seconds = worker.stop()
    assert (code, seconds < 10) == (0, True)


@pytest.mark.parametrize("module", [DOUBLE, REAL])
def test_all_faults_of_the_settings_are_listed(start: Start, module: str) -> None:
    worker = start(module, ready=False, TELEGRAM_BOT_TOKEN="", PORT="x", ADMIN_IDS="me", LOG_LEVEL="LOUD")
    assert worker.process.wait(180) == 1
    faults = [line for line in worker.output.splitlines() if line.startswith("- ")]
    assert len(faults) == 4
    assert "Traceback" not in worker.output


def alert(api: BotApi, message: Message, button: str, *, user: int = 7, data: str | None = None) -> str:
    """Press a button and return what pops up."""
    query = api.presses(message, button, user=user, data=data)
    told = api.wait_for(lambda: [one for one in api.answers if one["callback_query_id"] == query])
    return str(told[0].get("text", ""))


def test_documents_sent_by_an_admin(api: BotApi, start: Start, tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "食堂.txt").write_text("食堂十一点半开饭。", encoding="utf-8")
    start(REAL, LOG_LEVEL="INFO")
    api.user_sends("通知.txt", "看不到".encode())
    api.wait_for_message("转给管理员")
    api.user_sends("大.pdf", b"", user=ADMIN, size=21 * 2**20)
    api.wait_for_message("20 MB", chat=ADMIN)

    notice = "图书馆周一闭馆，其他日子八点开门。\n\n读者凭证入馆，儿童由大人陪同。".encode("gb18030")
    api.user_sends("../开放 <通知>.txt", notice, caption="图书馆\n开放时间", user=ADMIN)
    added = api.wait_for_message("已加入", chat=ADMIN)
    assert "《开放 <通知>.txt》：2 段（第 2 代" in added.text
    assert [text for text, _ in added.buttons] == ["换回第 1 代"]
    api.user_says("图书馆周几闭馆")
    answer = api.wait_for_message("周一闭馆")
    assert answer.text.endswith("— 开放 <通知>.txt › 图书馆 开放时间")
    assert alert(api, answer, "👍") == "记下了，谢谢。"  # a reader's: it holds nothing up
    asked = api.user_says("图书馆周几闭馆", user=ADMIN)
    known = api.wait_for_message("周一闭馆", chat=ADMIN, after=asked)
    assert alert(api, known, "👍", user=ADMIN) == "记下了，谢谢。"
    api.wait_for(lambda: [text for text, _ in known.buttons][-2:] == ["✓ 👍", "👎"])

    api.user_sends("抄本.txt", notice, user=ADMIN)
    api.wait_for_message("完全相同", chat=ADMIN)
    api.user_sends("开放 <通知>.txt", "图书馆今年停业装修，周几都不开门。".encode(), user=ADMIN)
    held = api.wait_for_message("新的一代还没有换上", chat=ADMIN)
    assert "图书馆周几闭馆" in held.text
    assert [text for text, _ in held.buttons] == ["仍然换上", "保留原来的"]
    assert "管理员" in alert(api, held, "仍然换上")
    alert(api, held, "仍然换上", user=ADMIN)
    api.wait_for(lambda: "第 3 代" in held.text)
    api.user_says("图书馆周几闭馆")
    api.wait_for_message("停业装修", after=answer.id)

    assert [text for text, _ in held.buttons] == ["换回第 2 代"]
    alert(api, held, "换回第 2 代", user=ADMIN)
    api.wait_for(lambda: "现在由第 2 代" in held.text)
    asked = api.user_says("图书馆周几闭馆")
    api.wait_for_message("周一闭馆", after=asked)


def test_removing_a_document(api: BotApi, start: Start, tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    for number in range(10):
        text = f"第{number}号仓库存粮{number * 7 + 3}吨。\n\n第{number}号仓库的门朝南开。"
        (tmp_path / "documents" / f"仓库{number}.txt").write_text(text, encoding="utf-8")
    start(REAL, LOG_LEVEL="INFO")
    api.user_says("第7号仓库存粮多少吨")
    answer = api.wait_for_message("52吨")
    api.user_says("/documents")
    assert "《仓库7.txt》" in api.wait_for_message("10 份文档").text

    api.user_says("/documents", user=ADMIN)
    shelf = api.wait_for_message("10 份，第 1/2 页", chat=ADMIN)
    assert [text for text, _ in shelf.buttons] == [*(f"仓库{number}.txt · 2" for number in range(8)), "›"]
    alert(api, shelf, "›", user=ADMIN)
    api.wait_for(lambda: "第 2/2 页" in shelf.text)
    alert(api, shelf, "‹", user=ADMIN)
    api.wait_for(lambda: "第 1/2 页" in shelf.text)
    alert(api, shelf, "仓库7.txt · 2", user=ADMIN)
    api.wait_for(lambda: "2 段" in shelf.text)
    alert(api, shelf, "移除", user=ADMIN)
    api.wait_for(lambda: "找不回来" in shelf.text)
    alert(api, shelf, "取消", user=ADMIN)
    api.wait_for(lambda: shelf.text == "没有移除。")

    api.user_says("/remove 仓库", user=ADMIN)
    assert "仓库7.txt" not in api.wait_for_message("没有名为《仓库》", chat=ADMIN).text.partition("是不是")[0]
    api.user_says("/remove 仓库7.txt", user=ADMIN)
    asking = api.wait_for_message("要移除《仓库7.txt》", chat=ADMIN)
    data = dict(asking.buttons)["确认移除"]
    assert "管理员" in alert(api, asking, "确认移除")
    alert(api, asking, "确认移除", user=ADMIN)
    api.wait_for(lambda: "2 个段落剩 0，2 个向量剩 0，1 份原件剩 0" in asking.text)
    assert alert(api, asking, "确认移除", user=ADMIN, data=data) == "这份文档已经移除了。"
    assert alert(api, answer, MORE) == "这个回答出自的文档已经移除了。"
    assert alert(api, answer, "👍") == "这个回答出自的文档已经移除了。"
    last = api.user_says("第7号仓库存粮多少吨")
    assert "52" not in api.wait_for_message("", after=last).text

    api.user_says("/reindex", user=ADMIN)
    ending = api.wait_for_message("跳过 仓库7.txt", chat=ADMIN)
    assert "9 份文档" in ending.text
    library = Library(f"sqlite:///{tmp_path}/wenbao.db")
    with library.writing():  # another process is at work
        told = api.user_says("/reindex", user=ADMIN)
        api.wait_for_message("请等这一次结束", chat=ADMIN, after=told)
    library.close()


def test_the_real_worker_from_an_empty_disk(api: BotApi, start: Start, tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "通知.txt").write_text(
        "关于开放时间的通知\n\n图书馆周一闭馆，其他日子八点开门。读者凭证入馆。\n", encoding="utf-8"
    )
    worker = start(REAL, LOG_LEVEL="INFO")
    api.user_says("图书馆周几闭馆")
    reply: Message = api.wait_for_message("周一闭馆")
    assert (
        reply.text.removeprefix("可能：")
        == "周一\n图书馆周一闭馆，其他日子八点开门。\n— 通知.txt › 关于开放时间的通知"
    )
    assert worker.stop()[0] == 0
