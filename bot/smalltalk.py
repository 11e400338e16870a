"""What is no question to the documents: greetings, thanks, taste, advice, bare words, walls of text; pure functions."""

import re
import unicodedata
from typing import Literal

from embeddings.terms import words

Talk = Literal[
    "greeting", "thanks", "goodbye", "acknowledged", "praise", "complaint", "who", "able", "documents",
    "summary", "opinion", "elsewhere", "wall", "bare", "nothing",
]  # fmt: skip

LONGEST_QUESTION = 120  # characters, in the chat and at the command; what is longer is a text to ask about
LONGEST_FORWARDED = 60
LONGEST_WORD = 3  # Han characters of a bare word that jieba does not know as one
_ASKS = re.compile(
    r"[?？]|多少|几|谁|哪|什么|啥|怎|如何|何时|何地|何人|为何|是否|有没有|有无|能否|可否|吗|嘛|呢"
    r"|[能会要是该]不[能会要是该]|多[大高长久远快重深宽]|(?:what|who|when|where|why|how|which|whose)\b"
    r"|^(?:is|are|do|does|did|can|could|will)\b"
)
_PREFACE = re.compile(
    r"^(?:请问一?下?|麻烦问一?下?|想问一?下?|我想(?:问|知道|了解)一?下?|你?(?:知不知道|知道|能告诉我|告诉我|帮我[查看找]一?下?)|嗯+|哦|ok)[，,：:\s]*"
)
_TAIL = r"(?:[啊呀哦哈呢吧啦了哟喔噢诶欸吗嘛的滴嘞哒咧你~～]|there|all|everyone|bot|机器人|问报|老师|同学|亲|助手)*"


def _whole(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(patterns)}){_TAIL}")


_YOU = r"(?:你|您|你们|机器人|问报)"
# Each is matched with the whole text, signs and blanks taken out, in this order.
_KINDS: tuple[tuple[Talk, re.Pattern[str]], ...] = (
    (
        "acknowledged",
        _whole(
            r"(?:(?:好|行|可以|嗯|哦|噢|对|是|收到|知道|明白|了解|懂|没事|没关系|没问题|ok|okay|yes|no|不用|哈|呵|嘻|lol"
            r"|好嘞|好咧|原来(?:如此|是?这样)|这样|那就这样|算|随便|没|不必|都行|清楚|记住|学到)[了的啦吧]?)+"
        ),
    ),
    (
        "greeting",
        _whole(
            r"(?:(?:你|您|大家|各位|早上|上午|中午|下午|晚上|新年|节日|周末)*(?:好|早|快乐))+",
            r"早|早安|午安|[哈嗨嘿][喽啰罗咯嘿]?|喂|在不在|在|有人在?|好久不见|吃了|hi|hello|hey|good(?:morning|afternoon|evening)",
            r"测试(?:一下)?|test(?:ing)?",
        ),
    ),
    (
        "thanks",
        _whole(
            rf"(?:好的?|非常|十分|太|真是|真的|多)*(?:谢谢|感谢|多谢|谢|感激|thanks|thankyou|thx|辛苦|麻烦|帮大忙)+{_YOU}?(?:们)?(?:的?(?:帮助|回答|解答))?(?:verymuch|alot|somuch)?"
        ),
    ),
    (
        "goodbye",
        _whole(
            r"再[见会]|拜拜?|(?:回头|明天|下次|改天|以后|回)(?:再?见|再?聊)|晚安|好梦|(?:那|就)*先这样|我?(?:先)?(?:走|撤|下|睡)了|告辞|(?:好了?|那)?(?:就|今天)?(?:先)?(?:不[聊说问]|没(?:别的|什么)?(?:事|问题))了|bye(?:bye)?|goodbye|goodnight|seeyou"
        ),
    ),
    (
        "praise",
        _whole(
            rf"{_YOU}?(?:[答说讲回]得?)?(?:真|好|太|很|挺|非常)*(?:棒|厉害|聪明|牛|不错|优秀|给力|好用|能干(?![嘛啥吗])|可爱|有用|贴心|靠谱|行|对|准|好)+|great|awesome|nice|good(?:job|bot)|welldone"
        ),
    ),
    (
        "complaint",
        _whole(
            rf"{_YOU}?(?:真|好|太|很|是|个|什么)*(?:笨|傻|蠢|烦|慢|难用|没用|差劲|垃圾|烂|差|废物|答非所问|胡说八道?|不行)(?:蛋|瓜|逼|死|透|得要死)*",
            r"什么(?:破|烂|垃圾).{0,4}",
            rf"{_YOU}?(?:不对|错了|[答说讲搞弄]错了?|[答说讲]得不对|不是这个|没(?:答|说)对|听不懂|看不懂|wrong|stupid|useless|badbot)",
        ),
    ),
    (
        "documents",
        re.compile(
            r".{0,6}(?:有|看|读|收录|包含|包括|存)(?:了|过|着)?(?:哪些|什么|啥|几[份个篇]|多少[份个篇]?)(?:文档|文件|资料|材料|内容|文章|报纸)(?:可以[问查看])?"
            rf"{_TAIL}|(?:文档|文件|资料|材料)(?:列表|清单|目录|有哪些|都有什么)|(?:都|还)?(?:能|可以|可)(?:查|问|搜|看)(?:到|些)?(?:哪些|什么|啥)(?:文档|文件|资料|材料)|列出(?:所有|全部)?(?:文档|文件|资料)"
            r"|(?:what|which|list)(?:all)?(?:the|your)?documents.*"
        ),
    ),
    (
        "summary",
        re.compile(
            r"(?:请|帮我|帮忙|麻烦|能不能|可以|给我)*(?:总结|概括|归纳|摘要|梳理|综述|提炼)(?:一下|下|一遍|总结)?(?:全文|全部|所有|这些?|文章|文档|资料|材料|内容|主要|重点|要点|的|篇|份|报纸)*"
            rf"{_TAIL}|(?:这些?|文章|文档|资料|全文|报纸|里面|篇|份|都|主要|大概|大致)+(?:是?[讲说写](?:了|的是|的)?)(?:些|点)?(?:什么|啥)(?:内容|东西)?"
            r"|(?:文章|文档|全文|报纸)?的?主要(?:内容|意思|讲)是?(?:什么|啥|哪些)|(?:please)?summari[sz]e.*|(?:giveme)?a?summary.*"
        ),
    ),
    (
        "able",
        re.compile(
            rf"{_YOU}?(?:都|还)?(?:能|会|可以|可)(?:帮我?|给我)?(?:做|干|回答|查|问|解决|找)?(?:些|点)?(?:什么|啥|哪些)(?:问题|事情?|东西)?{_TAIL}|{_YOU}有(?:什么|啥|哪些)(?:用|功能|本事|本领)?{_TAIL}"
            rf"|(?:这个?)?(?:机器人)?(?:要|该)?(?:怎么|如何)(?:使?用|玩|操作|提问|发问|跟|和|问)(?:你|它|这个)?(?:机器人|聊天|提问|问题)?{_TAIL}|{_YOU}?能干[嘛啥]{_TAIL}|帮助|help|使用说明|(?:whatcanyoudo|howdoesthiswork|howdoiusethis).*"
        ),
    ),
    (
        "opinion",
        re.compile(
            rf"{_YOU}(?:们)?[更最]?(?:觉得|认为|喜欢|爱|讨厌|怎么看|怎么想|推荐|建议|支持|会选|想|希望|相信|猜).*"
            r"|(?!.*(?:办法|条例|标准|规定)).*[好难](?:吃|喝|看|听|玩|闻|用|学)(?:不好?.?|吗|么|嘛|不)?"
            r"|(?:.*[，,])?我(?:们)?(?:到底|究竟)?(?:应不应该|应该|该不该|该|要不要|适合|适不适合).*"
            r"|.*(?:值得|值不值得|划算|划不划算|靠谱|靠不靠谱|有没有意思|有意思|无聊|漂亮|帅|美)(?:去|买|看|学|做|读)?(?:吗|么|嘛|不|没有?)"
            r"|(?:哪个|哪种|哪家|谁)(?:更|比较|最)?(?:好[吃喝看听玩用]|值得|划算|可爱|漂亮|帅)(?:[买去看])?"
            r"|(?:请|能不能|可以)?(?:给我|帮我)?(?:推荐|建议)(?:一下|[一几两]?[个些点本部款家首种]).*"
            r"|(?:有|给)(?:没有|我|点|些|一些)?(?:什么|啥)?(?:好的?)?(?:建议|推荐|意见)"
            r"|.+(?:还是|和|跟).+(?:哪个|谁|哪家|哪种)(?:更|比较)?(?:好[吃喝看听玩用]?|强|美|漂亮|厉害|值得|可爱|酷|帅|适合)(?:一?[点些])?"
            r"|.*(?:doyou(?:like|think|recommend)|shouldi|isitworth).*"
        ),
    ),
    (
        "elsewhere",
        re.compile(
            r"(?:.*(?:今天|明天|昨天|后天|现在|外面|此刻|周末|这会儿).{0,6})?(?:天气|气温)(?:预报|好不好|好|冷|热)?(?:怎么样|如何|咋样|多少度?|吗|不)?"
            r"|(?:.*会|外面|今天|今晚|现在|你那里)*下(?:雨|雪)(?:了|没有?|吗|嘛|么|不)+|(?:今天|明天|昨天|现在|此刻|这会儿)(?:是|都)?(?:几点|几号|星期几|周几|礼拜几|什么日子|什么时候|多少号)(?:钟)?(?:了|啦|啊|呀|呢)?"
            r"|(?:请|帮我|给我|你|能不能|可以|来)*(?:讲|说|唱|写|画|背|作|编|翻译|播放|放|陪我)(?:[一几]?[个首篇段张句点]|一下)?(?:聊天|.{0,8}(?:笑话|故事|歌|诗|文章|作文|代码|程序|画|谜语|话|句子|英文|英语))(?:听|看|吧|一下|给我|来)*"
            r"|[\d+\-*/×÷xX=().（）加减乘除等于几多少是]*\d[\d+\-*/×÷xX=().（）加减乘除等于几多少是]*[+\-*/×÷加减乘除][以上去]?\d.*(?:几|多少|=)?"
            r"|(?:tellmeajoke|what.{0,4}(?:weather|time)).*"
        ),
    ),
    (
        "who",
        re.compile(
            rf"(?:那|请问)?{_YOU}(?!们?[县市省区镇局校院厂村])(?:们)?(?:到底|究竟)?(?:是|叫|姓|来自|在|属于|多大|几岁|住|从|会|有|吃|睡|累|困|忙|结婚|是不是|真的|的(?:名字|主人|老板|开发者|作者)).{{0,12}}"
            rf"|{_YOU}的?(?:爸爸?|妈妈?|父母|[男女]朋友|主人|老板|孩子)(?:是谁|叫什么|在哪里?)"
            rf"|谁(?:做|开发|创造|发明|训练|设计)(?:了|的)?(?:你|这个机器人).*|(?:whoareyou|areyou|whatareyou|what.?syourname|whomadeyou).*"
        ),
    ),
)
_COURTESIES: tuple[Talk, ...] = ("acknowledged", "greeting", "thanks", "goodbye", "praise", "complaint")


def kind_of(text: str, *, forwarded: bool = False) -> Talk | None:
    """Return what a text is that asks the documents nothing; None where it may be a question to them."""
    if len(text) > (LONGEST_FORWARDED if forwarded else LONGEST_QUESTION):
        return None if last_question(text) else "wall"
    plain = _plain(text)
    if not plain:
        return "nothing"
    for kind, pattern in _KINDS:
        if pattern.fullmatch(plain):
            return kind
    if social := _social(plain):
        return social
    return "bare" if is_bare(text) else None


def _social(plain: str) -> Talk | None:
    """Return what several courtesies in a row come to: 收到谢谢 → thanks, 你好在吗 → greeting."""
    left, said = plain, None
    patterns = [(kind, pattern) for kind, pattern in _KINDS if kind in _COURTESIES]
    while left:
        heads = [(kind, found.end()) for kind, pattern in patterns if (found := pattern.match(left))]
        kind, end = max(heads, key=lambda head: head[1], default=(None, 0))
        if kind is None or (end < 2 and len(left) > 1):
            return None
        said = kind if said in (None, "acknowledged") or kind != "acknowledged" else said
        left = left[end:]
    return said


def asks(text: str) -> bool:
    """Say whether a text holds a word that asks: 住宿标准 does not."""
    return bool(_ASKS.search(text.lower()))


def last_question(text: str) -> str | None:
    """Return the question that a long text ends with: …如上。请问谁批准？ → 请问谁批准？"""
    ending = re.split(r"(?<=[。！!\n；;])", text.strip())[-1].strip()
    return ending if len(ending) <= LONGEST_QUESTION and asks(ending) else None


def without_preface(text: str) -> str:
    """Return a question without what only introduces it: 请问一下，谁批准 → 谁批准."""
    left = _PREFACE.sub("", text.strip())
    return left if len(left) > 1 else text.strip()


def is_bare(text: str) -> bool:
    """Say whether a text is one word that asks nothing: 年假."""
    plain = _plain(text)
    if not plain or asks(text) or any(sign.isdigit() for sign in plain):
        return False
    return len(words(text)) == 1 or (len(plain) <= LONGEST_WORD and not plain.isascii())


def _plain(text: str) -> str:
    """Return letters, figures and what calculates, folded: Hello! 😀 → hello."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(sign for sign in folded if sign.isalnum() or sign in "+-*/×÷=")
