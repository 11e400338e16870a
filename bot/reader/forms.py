"""The form that each kind of question asks of its answer: a date, a name, a place, a reason, a yes or no."""

import re
from collections.abc import Sequence

import numpy as np

from bot.reader.figures import figures
from bot.reader.lists import without_frame
from bot.reader.people import is_name
from bot.reader.question import TIME, Asked
from bot.reader.shapes import STOP, is_quotation
from bot.sentences import Span

_DATED = re.compile(
    r"\d+[年月日号]|[年月日]前|季度?|周[一二三四五六日]|每[年月周日季]|[初末底]$|[晨晚午夜]|世纪|年代|[一二三四五六七八九十元]年|农历|元旦|春节|清明|端午|中秋|国庆|节(?:前|后|期间)?$"
)
_OF_TIME = re.compile(
    r"[\d年月日号时分点前后起止至到底初末上中下旬半季度周每天晨午晚夜（）()、—~\-:：〇零一二三四五六七八九十]|星期|世纪|年代|工作日|以来|以后|之前"
)
_DECIDES = re.compile(
    r"不|未|没|无|尚|可以|可(?=[^能观靠])|须|必须|应当|应(?!急|用)|不得|禁|免|已经?|均|仍|仅次|高于|低于|快于|慢于|超过|维持|继续|属于|列入|允许|才能|全部|首次|结束|关闭|停航|增长|增加|上升|提高|下降|减少|回落"
)
_LONGEST_BEFORE = 7  # characters in front of what decides, that a short answer keeps
_NAMED = re.compile(
    r"叫|什么名|哪[一个家座条款项支部本位所]|谁|名称|名字|品牌|牌子|冠军|是什么|什么[一-鿿]{2}"
)
_SAYING = re.compile(
    r"句.{0,5}话|俗话|谚|口号|标语|名言|寄语|格言|誓言|感言|[家校]训|颁奖词|题词|顺口溜|主题"
)
_PLACED = re.compile(
    r"(?:[市县区省国州镇乡村路街道号湖山河江岛楼院馆园场室厅港站桥口库厂洲寺庙塔]|中心|码头|学校|大厦|会议室)$"
)
_COUNTED = re.compile(r"[^\d]{0,2}\d+(?:\.\d+)?[%个家名人亿万元]*")
REASON = re.compile(
    r"(?:因为|由于|(?<![原起])因(?![此而])|受|为了|(?<![作成称认以行])为|得益于|受益于|[缘源出]于|归因于|原因[是为]|主要系|初衷是|目的是|旨在|靠的是|主要是|是因)([^，,。；;]{4,40}?)(?=所致|导致|造成|影响|[，,。；;]|$)"
)
_ONLY_NAMES_IT = re.compile(r"(?:原因|目的|理由|因素)$")
_REASON_BEFORE = re.compile(r"(?:因为|由于|因|受|为了|为|[得受]益于|[缘源出因]于|原因是|靠的是|旨在|是|系)$")
_REASON_AFTER = re.compile(r"$|[，,。；;！!？?）)]|所致|导致|造成|而(?!成)")


def decisive(text: str, span: Span) -> Span:
    """Return a clause from the word on that decides: 去年启用的泊位可以停靠大船 → 可以停靠大船."""
    marks = [match.start() for match in _DECIDES.finditer(text, *span)]
    later = [mark for mark in marks if mark - span[0] >= _LONGEST_BEFORE]
    return (later[0], span[1]) if later and later == marks else span


def _number(given: int, asked: int) -> float:
    if not asked:
        return 1.0 if given > 1 else -0.3
    return 1.5 if given == asked else 0.3 if given > asked else -0.5


def fits(asked: Asked, text: str, spans: Sequence[Span]) -> float:
    """Return how well an answer has the form that its kind of question asks for, -2 … 1.5."""
    answer = text[spans[0][0] : spans[-1][1]]
    stops = STOP.search(answer) is not None
    match asked.kind:
        case "date":
            if not _DATED.search(answer):
                return -2.0
            return 1.0 if _mostly_a_date(answer) and not stops else -1.0 if stops else 0.0
        case "person":
            return float(np.mean([_like_a_name(text[slice(*span)]) for span in spans]))
        case "place":
            none = _COUNTED.search(answer) or (_DATED.search(answer) and _mostly_a_date(answer))
            form = 0.5 if _PLACED.search(answer) else -1.0 if none else 0.0
            return form - 0.7 * stops
        case "reason":
            return _gives_a_reason(text, spans[0], answer)
        case "list":
            paused = any(STOP.search(text, *span) for span in spans)
            framed = without_frame(text, spans) != tuple(spans)
            return _number(len(spans), asked.count) - 1.0 * paused - 0.6 * framed
        case "decision":
            return _decides(answer) - 0.6 * stops
        case "figure":
            kinds = [figure.kind for figure in figures(answer)]
            several = sum(kind in ("amount", "percent") for kind in kinds) > 1
            none = not kinds and asked.unit != TIME  # 每季 says how often
            return -0.5 * (stops or several or none)
        case "thing" | "open":
            named = _NAMED.search(asked.text) is not None and _has_figures(answer)
            said = _SAYING.search(asked.text) is not None and is_quotation(text, spans[0])
            return 0.8 if said else -0.5 * stops - 0.4 * named
    return 0.0


def _mostly_a_date(answer: str) -> bool:
    return len(_OF_TIME.sub("", answer)) * 3 <= len(answer)


def _has_figures(answer: str) -> bool:
    return any(figure.kind != "rank" for figure in figures(answer))


def _decides(answer: str) -> float:
    """Return 1 for a clause with what settles a yes or no: 不收通行费, 可以更换."""
    return 1.0 if _DECIDES.search(answer) else -0.6 if _COUNTED.fullmatch(answer) or len(answer) < 3 else 0.0


def _gives_a_reason(text: str, span: Span, answer: str) -> float:
    if len(answer) < 4 or _COUNTED.fullmatch(answer) or _ONLY_NAMES_IT.search(answer):
        return -1.0
    marked = 1.0 if _REASON_BEFORE.search(text, max(0, span[0] - 6), span[0]) else 0.0
    complete = 0.0 if _REASON_AFTER.match(text, span[1]) else -0.5  # 进口设备交货 of 进口设备交货延误
    if STOP.search(answer):
        return -0.5  # 因甲，乙顺延: what follows is what came of it
    return marked + complete + (0.3 if len(answer) < 45 else -0.5)


def _like_a_name(answer: str) -> float:
    if is_name(answer):
        return 1.0
    if re.search(r"[\d，,。、的是了]", answer):
        return -1.0
    if "·" in answer:
        return 0.6
    return 0.2 if len(answer) in (2, 3) else -0.2
