"""How often short texts are decoded right: `python -m tests.encodings`.

Texts of 1, 2, 4 and 12 words, cut from sentences of our own, in each encoding. Big5 gets their
traditional image (opencc). A text is right when it comes out character for character.
"""

from collections.abc import Iterator

import opencc

from embeddings.documents.decoding import decode
from embeddings.errors import DocumentError

WORDS_AT_ONCE = (1, 2, 4, 12)
ENCODINGS = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8, marked",
    "utf-16": "utf-16, marked",
    "utf-16-le": "utf-16-le, no mark",
    "utf-16-be": "utf-16-be, no mark",
    "gbk": "gbk",
    "gb18030": "gb18030",
    "big5": "big5",
    "big5hkscs": "big5-hkscs",
}
SENTENCES = """
今年 春天 县里 的 雨水 特别 多 ， 小麦 长得 很 好
图书馆 周末 开到 晚上 九点 ， 读者 可以 借 十二本 书 回家
财政 收入 比 上年 增长 百分之六 ， 税收 占 其中 七成 以上
老街 的 豆腐坊 天不亮 就 开门 ， 邻居 闻着 香味 来 排队
医院 新楼 明年 投入 使用 ， 床位 增加 到 八百张 左右 。
渔民 在 休渔期 修补 渔网 ， 油漆 船身 ， 准备 秋天 出海
学校 聘请 了 三十名 教师 ， 其中 硕士 毕业 的 有 二十人
村委会 把 账目 贴在 祠堂 门口 ， 谁 都 可以 去 看
地铁 三号线 全长 二十六公里 ， 设 十九座 车站 ， 年底 通车
茶农 清明 以前 采 头茶 ， 一斤 卖到 两千元 ， 供不应求 。
博物馆 展出 宋代 瓷器 一百件 ， 多数 出自 本地 窑址 ， 免费参观
公司 去年 研发 投入 三亿元 ， 申请 专利 四百项 ， 员工 过万
气象台 预报 台风 将 在 周五 夜里 登陆 ， 请 渔船 回港
法院 受理 的 案件 中 ， 劳动 争议 占 三分之一 ， 逐年 减少
水库 蓄水量 达到 设计 容量 的 九成 ， 足够 灌溉 下游 农田
快递 站点 覆盖 全部 乡镇 ， 农产品 两天 以内 送到 省城 市场
候鸟 每年 十月 飞来 湿地 过冬 ， 最多 时 有 五万只 。
合作社 统一 收购 柑橘 ， 保底 价格 每斤 三元 ， 年终 分红
老人 凭 证件 免费 乘车 ， 残疾人 和 军人 同样 享受 优惠
高速公路 改建 工程 分 两期 进行 ， 第一期 今年 六月 完工 通车
派出所 开展 防 诈骗 宣传 ， 发放 手册 三千份 ， 讲座 二十场
剧团 排演 新编 越剧 ， 主角 由 二十岁 的 青年 演员 担任
污水处理厂 扩建 以后 ， 每天 处理 十二万吨 ， 水质 达到 一级 标准
农技员 下田 指导 插秧 ， 杂交 水稻 亩产 超过 七百公斤 ， 创纪录
旅行社 推出 海岛 三日游 ， 含 食宿 门票 ， 每人 九百八十元
社区 食堂 午餐 两荤 一素 ， 收费 十二元 ， 七十岁 以上 半价
消防队 接到 报警 后 四分钟 赶到 现场 ， 火势 很快 得到 控制
银行 下调 住房 贷款 利率 ， 首套房 首付 比例 降为 两成 。
研究所 培育 出 抗旱 玉米 品种 ， 已经 在 北方 三省 推广
少年宫 开设 书法 围棋 舞蹈 航模 课程 ， 报名 网址 已经 公布
码头 年 吞吐量 突破 千万吨 ， 集装箱 航线 通往 东南亚 各国
村民 投票 选出 新 一届 主任 ， 得票 最多 的 是 返乡青年
""".strip().splitlines()


def texts(words: int) -> list[str]:
    """Return every text of so many words that follow each other, without overlap."""
    found = []
    for sentence in SENTENCES:
        parts = sentence.split()
        for start in range(0, len(parts) - words + 1, words):
            text = "".join(parts[start : start + words])
            if any(character > "一" and character not in "，。" for character in text):
                found.append(text)
    return list(dict.fromkeys(found))


def figures() -> Iterator[tuple[str, int, int, int]]:
    """Yield encoding, words, how many texts are right, and of how many."""
    traditional = opencc.OpenCC("s2tw")
    for encoding in ENCODINGS:
        for words in WORDS_AT_ONCE:
            right = whole = 0
            for text in texts(words):
                written = traditional.convert(text) if encoding.startswith("big5") else text
                whole += 1
                right += _decoded(written.encode(encoding)) == written
            yield encoding, words, right, whole


def _decoded(data: bytes) -> str | None:
    try:
        return decode(data)
    except DocumentError:
        return None


def main() -> None:
    """Print the table."""
    print("words", *WORDS_AT_ONCE, sep="\t")
    cells: dict[str, list[str]] = {}
    for encoding, _, right, whole in figures():
        cells.setdefault(ENCODINGS[encoding], []).append(f"{right / whole:.1%} of {whole}")
    for name, row in cells.items():
        print(name, *row, sep="\t")


if __name__ == "__main__":
    main()
