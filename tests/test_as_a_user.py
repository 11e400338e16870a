"""What went wrong once, tried as people try it: the real worker, by polling and by webhook."""

import io
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from embeddings.documents.ocr import has_ocr
from tests.bot_api import PATIENCE_SECONDS, BotApi
from tests.pictures import FOLDER
from tests.telegram_calls import TOKEN, Message
from tests.ways import POLLING_OR_WEBHOOK, way_in
from tests.workers import ADMIN, REAL, start_worker

DOCUMENTS = {
    **{
        f"简报{number:02}.txt": f"{name}园小区加装电梯，总投资{100 + 7 * number}万元，惠及居民{20 + number}户。"
        for number, name in enumerate("梅兰竹菊松柏桃李", 1)
    },
    "旅游公报.txt": "2024年，云湾县接待游客120万人次。\n\n2025年，云湾县接待游客150万人次。",
    "年假.txt": "职工工作满一年的，年假10天。",
    "出差办法.txt": "出差管理办法\n\n员工出差由部门经理批准。\n\n出差住宿标准每晚不超过350元。\n\n"
    "出差补助每天80元，按实际天数发放。\n\n出差回来后五天内报销。",
}


@dataclass(frozen=True)
class Chat:
    """A worker and the people who talk to it."""

    api: BotApi
    folder: Path

    def ask(self, text: str, user: int, **more: bool) -> Message:
        """Say something and return the reply."""
        asked = self.api.user_says(text, user=user, **more)
        return self.reply(user, asked)

    def reply(self, user: int, after: int, containing: str = "") -> Message:
        return self.api.wait_for_message(containing, chat=user, after=after)

    def press(self, message: Message, button: str, user: int) -> str:
        """Press a button and return what pops up."""
        query = self.api.presses(message, button, user=user)
        told = self.api.wait_for(
            lambda: [one for one in self.api.answers if one["callback_query_id"] == query]
        )
        return str(told[0].get("text", ""))


@pytest.fixture(scope="module", params=POLLING_OR_WEBHOOK)
def chat(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "documents").mkdir()
    for name, text in DOCUMENTS.items():
        (folder / "documents" / name).write_text(text, encoding="utf-8")
    with BotApi() as api, way_in(api, request.param) as settings:
        api.knows(ADMIN)
        worker = start_worker(api, folder, folder / "output.txt", REAL, LOG_LEVEL="INFO", **settings)
        chat = Chat(api, folder)
        asked = api.user_says("谁批准出差", user=8)
        chat.reply(8, asked, "部门经理")
        yield chat
        assert api.floods == []
        assert worker.stop()[0] == 0
        assert TOKEN.partition(":")[2] not in worker.output


def test_what_several_documents_say_are_choices(chat: Chat) -> None:
    asked = chat.ask("电梯总投资多少", 20)
    first, *lines = asked.text.splitlines()
    assert first == "有几个说法，问的是哪一个？"
    assert len(lines) == 5
    assert all(line.startswith("· 简报") and line.endswith("万元") for line in lines)
    label, answer = lines[1].removeprefix("· ").split("：")
    assert chat.press(asked, label, 20) == ""
    chosen = chat.reply(20, asked.id)
    assert chosen.text.startswith(f"问：{label}电梯总投资多少\n")
    assert answer in chosen.text
    assert "有几个说法" not in chat.ask("桃园小区电梯总投资多少", 20).text


def test_every_year_that_is_there_is_told(chat: Chat) -> None:
    reply = chat.ask("2023年接待游客多少人次", 21)
    assert reply.text.splitlines()[0] == "找到的是2024年、2025年的，没有找到2023年的。"


def test_what_stands_by_itself_is_not_bent(chat: Chat) -> None:
    chat.ask("年假几天", 22)
    assert chat.ask("谁批准出差", 22).text.startswith("部门经理\n")
    followed = chat.ask("那住宿标准呢", 22)
    assert "350元" in followed.text
    if followed.text.startswith("理解为"):
        chat.press(followed, "按原话问", 22)
        chat.reply(22, followed.id, "问：那住宿标准呢")


def test_small_talk_and_bare_words(chat: Chat) -> None:
    for text, said in (
        ("你好", "你好！"),
        ("谢谢", "不客气"),
        ("你是谁", "我是问报"),
        ("总结一下", "不写总结"),
        ("有哪些文档", "《年假.txt》"),
        ("年假", "关于“年假”，想问什么？"),
        ("火龙果", "没有提到“火龙果”"),
    ):
        assert said in chat.ask(text, 23).text
    wall = chat.ask("各单位要高度重视，认真组织实施，确保落到实处。" * 3, 23, forwarded=True)
    assert "想问什么" in wall.text


def test_a_bare_word_offers_what_can_be_asked_about_it(chat: Chat) -> None:
    chat.ask("住宿标准", 24)  # which asks nothing, so that nothing takes it up
    topics = chat.ask("补助", 24)
    assert topics.text == "关于“补助”，想问什么？"
    assert topics.buttons
    chat.press(topics, topics.buttons[0][0], 24)
    assert "80元" in chat.reply(24, topics.id).text


def test_what_start_offers_is_answered_with_certainty(chat: Chat) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    hello = chat.ask("/start", 30)
    while not hello.buttons and time.monotonic() < until:  # suggestions are still looked for
        time.sleep(2)
        hello = chat.ask("/start", 30)
    assert f"里面有 {len(DOCUMENTS)} 份文档" in hello.text
    for question, _ in list(hello.buttons):
        chat.press(hello, question, 30)
        answer = chat.reply(30, hello.id, f"问：{question}\n").text.splitlines()[1]
        assert not answer.startswith("可能：")
        assert "没有" not in answer
    assert hello.buttons


def test_a_caption_is_the_question(chat: Chat) -> None:
    assert "部门经理" in chat.ask("谁批准出差", 25, photo=True).text


def picture_of(text: str) -> bytes:
    font = str(files("paperang_p2_fonts_cjk") / "fonts" / "wqy-microhei.ttc")
    picture = Image.new("RGB", (640, 160), "white")
    ImageDraw.Draw(picture).text((40, 50), text, font=ImageFont.truetype(font, 48), fill="black")
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.skipif(not has_ocr(), reason="the extra `ocr` is not installed")
def test_a_photo_is_read(chat: Chat) -> None:
    asked = chat.api.user_sends_photo(picture_of("谁批准出差？"), user=26)
    reply = chat.reply(26, asked)
    assert reply.text.startswith("问：谁批准出差？\n部门经理\n")
    page = chat.api.user_sends_photo((FOLDER / "两栏.png").read_bytes(), user=26)
    assert "想问什么" in chat.reply(26, page).text
    nothing = chat.api.user_sends_photo(picture_of(""), user=26)
    assert "没有认出来" in chat.reply(26, nothing).text


@pytest.mark.skipif(has_ocr(), reason="the extra `ocr` is installed")
def test_a_photo_that_cannot_be_read_is_said(chat: Chat) -> None:
    asked = chat.api.user_sends_photo(picture_of("谁批准出差？"), user=26)
    assert "请把问题打出来" in chat.reply(26, asked).text


def test_more_passages_come_after_a_failed_call(chat: Chat) -> None:
    answer = chat.ask("出差住宿标准多少", 27)
    assert "更多段落" in dict(answer.buttons)
    chat.api.fail_next("sendMessage", 400, "Bad Request: something passing")
    assert chat.press(answer, "更多段落", 27) == ""
    chat.reply(27, answer.id, "抱歉")
    assert "更多段落" in dict(answer.buttons)
    chat.press(answer, "更多段落", 27)
    more = chat.reply(27, answer.id, "— ")
    passages = [line for line in more.text.splitlines() if line and not line.startswith("— ")]
    assert "出差管理办法" not in passages  # a heading says nothing
    chat.api.wait_for(lambda: "更多段落" not in dict(answer.buttons))


def test_a_correction_is_published_though_readers_liked_what_was_there(chat: Chat) -> None:
    answer = chat.ask("年假几天", 28)
    assert "10天" in answer.text
    assert chat.press(answer, "👍", 28) == "记下了，谢谢。"
    assert "50天" not in chat.ask("病假几天", 28).text
    chat.api.user_sends("年假.txt", "职工工作满一年的，年假12天。".encode(), user=ADMIN)
    chat.reply(ADMIN, answer.id, "《年假.txt》已换成新的")
    assert "12天" in chat.ask("年假几天", 28).text

    known = chat.ask("年假几天", ADMIN)
    chat.press(known, "👍", ADMIN)
    chat.api.user_sends("年假.txt", "职工工作满一年的，年假15天。".encode(), user=ADMIN)
    held = chat.reply(ADMIN, known.id, "新的一代还没有换上")
    assert "年假几天：12天 → 15天" in held.text
    old = dict(held.buttons)["仍然换上"]
    chat.press(held, "保留原来的", ADMIN)
    chat.api.wait_for(lambda: "保留了原来的" in held.text)

    # Another candidate waits now: the old button does not publish it.
    chat.api.user_sends("年假.txt", "职工工作满一年的，年假20天。".encode(), user=ADMIN)
    other = chat.reply(ADMIN, held.id, "新的一代还没有换上")
    query = chat.api.presses(held, "", user=ADMIN, data=old)
    told = chat.api.wait_for(lambda: [one for one in chat.api.answers if one["callback_query_id"] == query])
    assert told[0]["text"].startswith("没有这一代了")
    assert "12天" in chat.ask("年假几天", 28).text
    chat.press(other, "保留原来的", ADMIN)


def test_a_removal_counts_once(chat: Chat) -> None:
    asking = chat.ask("/remove 旅游公报.txt", ADMIN)
    assert "它的 2 个段落" in asking.text
    chat.press(asking, "确认移除", ADMIN)
    chat.api.wait_for(lambda: "2 个段落剩 0" in asking.text)
    assert "120万" not in chat.ask("2024年接待游客多少人次", 29).text
    chat.api.user_sends("旅游公报.txt", DOCUMENTS["旅游公报.txt"].encode(), user=ADMIN)
    chat.reply(ADMIN, asking.id, "已加入《旅游公报.txt》")
