"""Follow-ups made whole."""

import pytest

from bot.conversation import complete, topic

PLACES = ("云湾", "石桥", "青浦")


@pytest.mark.parametrize(
    ("history", "question", "whole"),
    [
        ([], "云湾GDP增速多少", "云湾GDP增速多少"),
        (["云湾GDP增速多少"], "那石桥呢", "石桥GDP增速多少"),
        (["云湾GDP多少", "那石桥呢"], "青浦呢？", "青浦GDP多少"),
        (["云湾GDP多少"], "它排全省第几", "云湾GDP排全省第几"),
        (["全市建了多少家书屋"], "石桥呢", "石桥建了多少家书屋"),
        (["云湾制造业投资增长多少"], "服务业呢", "云湾服务业投资增长多少"),
        (["云湾GDP增速多少"], "石桥常住人口多少", "石桥常住人口多少"),
        (["云湾书屋有多少家"], "面积多大", "云湾书屋 面积多大"),
        (["云湾GDP多少"], "火星上有什么", "火星上有什么"),
    ],
)
def test_complete(history: list[str], question: str, whole: str) -> None:
    assert complete(question, history, PLACES) == whole


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("云湾GDP多少", "云湾GDP"),
        ("书屋有几家", "书屋"),
        ("云湾的口号是什么", "云湾的口号"),
        ("多少", "多少"),
    ],
)
def test_topic(question: str, about: str) -> None:
    assert topic(question) == about
