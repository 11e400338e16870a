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
# Written after the rules, of which they first met 75 and 67 of a hundred.
MORE_TALKS: tuple[tuple[Talk, str], ...] = (
    ("greeting", "嗨喽 下午好呀 哈啰 有人在吗 你好你好 新年快乐 嘿嘿 hey 各位好 晚上好啊 在不在呀 测试"),
    ("thanks", "谢啦 多谢多谢 感谢你的帮助 麻烦你了 谢谢您 十分感谢 辛苦你了 收到谢谢"),
    ("goodbye", "拜 明天见 先这样吧 下次聊 拜拜啦 好了不聊了"),
    ("acknowledged", "好吧 原来如此 没问题 嗯 明白了 ok 行吧 好滴 懂了懂了 嗯好 可以啊你"),
    ("praise", "真聪明 太棒了 不错不错 很好用 你好聪明"),
    ("complaint", "什么破机器人 你说错了 没用 答得不对 笨死了 你听不懂吗"),
    ("who", "你是人吗 你几岁了 你是ChatGPT吗 你叫啥 你的主人是谁 你是男是女"),
    ("able", "你都会些啥 这个怎么用 你有什么用 能帮我做什么 怎么提问 你都能回答什么"),
    ("documents", "你这里有什么资料 都有哪些文件 库里有几份文档 有什么资料可以查 能查哪些文件"),
    ("summary", "帮我总结一下 给我归纳下要点 这份报纸讲了些什么 概括一下全文 都讲了什么内容"),
    (
        "opinion",
        "你喜欢吃什么 我该买房吗 杭州和苏州哪个更好玩 推荐几本好书 这个电影好看吗 你觉得我该去吗 给点建议 这衣服好看吗 猫和狗哪个更可爱",
    ),
    (
        "elsewhere",
        "现在几点了 今天星期几 给我讲个故事 12*3等于多少 外面下雨了吗 帮我写首诗 今天几号 说个笑话听听 100除以4 唱首歌吧",
    ),
    ("bare", "工资 请假 图书馆 社保 补贴 医保 劳模"),
)
# And after those: 33 of 40.
LATER_TALKS: tuple[tuple[Talk, str], ...] = (
    ("greeting", "hello呀 你好啊机器人 各位晚上好"),
    ("thanks", "真的太谢谢了 谢谢老师"),
    ("goodbye", "再会 我先下了"),
    ("acknowledged", "好的明白 哦哦好的 嗯嗯知道啦 没事了"),
    ("praise", "你好棒啊 答得真好 很准"),
    ("complaint", "你答得不对 真没用啊"),
    ("who", "你到底是谁 你是谁做的 你是真人吗"),
    ("able", "你能干嘛 你有哪些功能 怎么使用机器人"),
    ("documents", "有什么文件 这里有哪些资料"),
    ("summary", "请总结全文 主要内容是什么 概括一下这篇文章"),
    ("opinion", "你更喜欢哪个 我应该选哪个 给我推荐一家餐厅 这样做值得吗"),
    ("elsewhere", "今天下雨吗 现在是几点 讲个笑话吧 5乘以6等于几 给我写首诗"),
    ("bare", "奖金 加班 宿舍 公积金"),
)
# And after those: 32 of 38.
LAST_TALKS: tuple[tuple[Talk, str], ...] = (
    ("greeting", "早呀 哈喽你好"),
    ("thanks", "太感激了 谢谢回答"),
    ("goodbye", "明天再聊 下次再见 晚安好梦"),
    ("acknowledged", "嗯嗯好 行 好的好的 ok啦"),
    ("praise", "你太聪明了 真厉害 答得不错"),
    ("complaint", "真是垃圾 你太慢了"),
    ("who", "你究竟是什么 你住在哪里 你妈妈是谁"),
    ("able", "你会做什么 如何使用 你能帮我查什么"),
    ("documents", "目前有哪些文档 你看过什么资料"),
    ("summary", "给我总结总结 这篇讲什么"),
    ("opinion", "你推荐哪个 哪个更值得买 我要不要去 这菜好吃吗"),
    ("elsewhere", "明天天气如何 今天周几 帮我翻译一句话 7减3等于多少"),
    ("bare", "工伤 加班费 体检"),
)
CASES = [
    (kind, text)
    for kind, texts in (*TALKS, *MORE_TALKS, *LATER_TALKS, *LAST_TALKS)
    for text in texts.split(" ")
]
WALL = "各单位要高度重视，认真组织实施，确保各项任务落到实处。" * 6
QUESTIONS = (
    "龙港GDP增速多少 年假有几天 谁批准出差 怎么报名 你们县有多少人 我能领多少补贴 好吃街在哪 食堂几点开饭 "
    "今天的会议在哪开 下雨停课吗 感谢信是谁写的 早餐多少钱 总结会什么时候开 文件号是多少 晚会谁主持 "
    "推荐信要几封 哪个县的GDP最高 办公室主任是谁 余杭和龙港哪个增速快 新好小学有几个班 "
    "工资什么时候发 请假找谁批 谢师宴谁办的 天气预警有几级 推荐产品有哪些 好人好事有几件 明天几点开会 今天的头条是什么 你们公司有多少人 讲座在哪办 总结报告谁写的 现在的校长是谁 早会几点 我要交什么材料 杭州和苏州哪个人口多 再见面会几号 故事大赛谁得奖 好吃节哪天开 写作比赛奖金多少 怎么用公积金"
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
