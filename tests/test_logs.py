"""Logs: both forms, and no secret in any of them."""

import json
import logging
import sys
import threading
from collections.abc import Iterator

import pytest

from config.logs import current_update, set_up_logs
from config.settings import Settings

TOKEN = "123456:AAH-secret_part_of_the_token_0123456"
SECRET = TOKEN.partition(":")[2]


@pytest.fixture(autouse=True)
def restored_logging() -> Iterator[None]:
    root, hook, hook_of_threads = logging.getLogger(), sys.excepthook, threading.excepthook
    handlers, level = root.handlers, root.level
    yield
    root.handlers, sys.excepthook, threading.excepthook = handlers, hook, hook_of_threads
    root.setLevel(level)
    logging.captureWarnings(False)
    for name in ("httpx", "httpcore", "telegram", "telegram.request"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def set_up(**values: str) -> None:
    set_up_logs(Settings.model_validate({"telegram_bot_token": TOKEN, **values}))


@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize("shown", [TOKEN, TOKEN.replace(":", "%3A"), SECRET])
def test_the_token_is_taken_out(capsys: pytest.CaptureFixture[str], log_format: str, shown: str) -> None:
    set_up(log_format=log_format, log_level="debug")
    logging.getLogger("httpx").info("POST %s", f"https://api.telegram.org/bot{shown}/getMe")
    logging.getLogger("httpcore.http11").debug("target=%r", shown.encode())
    try:
        raise ValueError(f"The token `{shown}` was rejected")
    except ValueError:
        logging.getLogger("telegram.ext").exception("failed with %s", shown, stack_info=True)
    written = capsys.readouterr().err
    assert SECRET not in written
    assert written.count("<hidden>") >= 4
    assert "ValueError" in written


def test_the_password_of_milvus_is_taken_out(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(milvus_uri="http://root:geheim@milvus:19530")
    logging.getLogger("grpc").error("no connection to root:geheim@milvus")
    assert "root:<hidden>@milvus" in capsys.readouterr().err


def test_the_password_of_the_database_is_taken_out(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(database_url="postgres://u:ge%2Fheim@host/name", log_level="debug")
    logging.getLogger("sqlalchemy").error("postgresql+psycopg://u:ge%%2Fheim@host or password=%s", "ge/heim")
    written = capsys.readouterr().err
    assert ("heim" in written, written.count("<hidden>")) == (False, 2)
    set_up(database_url="postgres://u:log@host/name")
    logging.getLogger("sqlalchemy").error("a log of postgresql+psycopg://u:log@host")
    assert "a log of postgresql+psycopg://u<hidden>host" in capsys.readouterr().err


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(log_format="json")
    logging.getLogger("wenbao").info("第 %s 代\n已发布", 3)
    record = json.loads(capsys.readouterr().err)
    assert record.pop("time").endswith("+00:00")
    assert record == {"level": "INFO", "logger": "wenbao", "message": "第 3 代\n已发布"}


def test_requests_are_not_logged_above_debug(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    logging.getLogger("httpx").info("POST …")
    assert capsys.readouterr().err == ""


def test_an_uncaught_error_goes_through_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    error = RuntimeError(f"no such bot: {TOKEN}")
    sys.excepthook(RuntimeError, error, None)
    written = capsys.readouterr().err
    assert "RuntimeError: no such bot: <hidden>" in written


def test_an_uncaught_error_of_a_thread_goes_through_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()

    def fail() -> None:
        raise RuntimeError(f"no such bot: {TOKEN}")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert "RuntimeError: no such bot: <hidden>" in capsys.readouterr().err


def test_the_update_that_is_worked_on_stands_in_each_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(log_format="json")
    before = current_update.set(7)
    logging.getLogger("wenbao").info("答了", extra={"fields": {"found": True, "milliseconds": 8.5}})
    set_up()
    logging.getLogger("wenbao").info("答了", extra={"fields": {"found": True}})
    current_update.reset(before)
    logging.getLogger("wenbao").info("停了")
    first, second, third = capsys.readouterr().err.splitlines()
    told = json.loads(first)
    assert (told["update"], told["found"], told["milliseconds"]) == (7, True, 8.5)
    assert second.endswith("INFO wenbao: 答了 [update=7 found=True]")
    assert third.endswith("INFO wenbao: 停了")
