"""The double refuses what Telegram refuses."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.bot_api import BotApi
from tests.telegram_calls import TOKEN, Message
from tests.telegram_form import Refusal, parse_html


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as double:
        double.knows(7)
        yield double


def call(api: BotApi, method: str, token: str = TOKEN, **parameters: Any) -> dict[str, Any]:
    answer = httpx.post(f"{api.address}/bot{token}/{method}", data=parameters, trust_env=False, timeout=30)
    assert answer.status_code == answer.json().get("error_code", 200)
    return dict(answer.json())


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("增速<b>8.7%</b>", "增速8.7%", [("b", "8.7%")]),
        ("<b>甲<u>乙</u>丙</b>", "甲乙丙", [("u", "乙"), ("b", "甲乙丙")]),
        ("1 &lt; 2 &amp; 3", "1 < 2 & 3", []),
        ('<a href="https://e.example">甲</a>', "甲", [("a", "甲")]),
    ],
)
def test_html(source: str, text: str, entities: list[tuple[str, str]]) -> None:
    assert parse_html(source) == (text, entities)


@pytest.mark.parametrize(
    "source", ["<b>甲", "甲</b>", "<b><i>甲</b></i>", "<p>甲</p>", "1 < 2", "a & b", "&nbsp;"]
)
def test_html_that_is_refused(source: str) -> None:
    with pytest.raises(Refusal, match="can't parse entities"):
        parse_html(source)


@pytest.mark.parametrize(
    ("method", "parameters", "code", "description"),
    [
        ("sendMessage", {"chat_id": 7, "text": " "}, 400, "message text is empty"),
        ("sendMessage", {"chat_id": 7, "text": "😀" * 2049}, 400, "message is too long"),
        ("sendMessage", {"chat_id": 8, "text": "甲"}, 400, "chat not found"),
        ("sendMessage", {"chat_id": 7}, 400, "parameter text is required"),
        ("sendMessage", {"chat_id": 7, "text": "甲", "colour": "red"}, 400, "unknown parameter colour"),
        ("sendMessage", {"chat_id": 7, "text": "<b>", "parse_mode": "HTML"}, 400, "can't parse entities"),
        ("editMessageText", {"chat_id": 7, "message_id": 1, "text": "甲"}, 400, "not found"),
        ("answerCallbackQuery", {"callback_query_id": "1"}, 400, "query ID is invalid"),
        ("getFile", {"file_id": "none"}, 400, "wrong file_id"),
        ("danceForMe", {}, 404, "Not Found"),
    ],
)
def test_refusals(api: BotApi, method: str, parameters: dict[str, Any], code: int, description: str) -> None:
    answer = call(api, method, **parameters)
    assert (answer["ok"], answer["error_code"]) == (False, code)
    assert description in answer["description"]


def test_another_token_is_unauthorized(api: BotApi) -> None:
    assert call(api, "getMe", token="1:other")["error_code"] == 401


def test_callback_data_of_65_bytes(api: BotApi) -> None:
    markup = {"inline_keyboard": [[{"text": "甲", "callback_data": "x" * 65}]]}
    answer = call(api, "sendMessage", chat_id=7, text="甲", reply_markup=json.dumps(markup))
    assert answer["description"] == "Bad Request: BUTTON_DATA_INVALID"


def test_a_message_that_is_not_modified(api: BotApi) -> None:
    sent = call(api, "sendMessage", chat_id=7, text="<b>甲</b>", parse_mode="HTML")["result"]
    edit = {"chat_id": 7, "message_id": sent["message_id"], "parse_mode": "HTML"}
    assert "message is not modified" in call(api, "editMessageText", text="<b>甲</b>", **edit)["description"]
    assert call(api, "editMessageText", text="甲", **edit)["ok"]
    assert api.messages == [Message(7, sent["message_id"], "甲", [], [], edits=api.messages[0].edits)]


def test_updates_come_until_they_are_confirmed(api: BotApi) -> None:
    api.user_says("甲 @wenbao_test_bot")
    first = call(api, "getUpdates", timeout=5)["result"]
    assert first[0]["message"]["entities"] == [{"type": "mention", "offset": 2, "length": 16}]
    assert call(api, "getUpdates")["result"] == first
    assert call(api, "getUpdates", offset=first[0]["update_id"] + 1)["result"] == []
    assert call(api, "getUpdates")["result"] == []


def test_failures_on_demand(api: BotApi) -> None:
    api.fail_next("sendMessage", 429, "Too Many Requests: retry after 3", retry_after=3)
    assert call(api, "sendMessage", chat_id=7, text="甲")["parameters"] == {"retry_after": 3}
    assert call(api, "sendMessage", chat_id=7, text="甲")["ok"]


def test_files_are_downloaded(api: BotApi) -> None:
    api.files["a.txt"] = "甲".encode()
    path = call(api, "getFile", file_id="a.txt")["result"]["file_path"]
    address = f"{api.address}/file/bot{TOKEN}/{path}"
    assert httpx.get(address, trust_env=False).content == "甲".encode()
