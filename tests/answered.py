"""Ten facts in every form and encoding, a cell of a table where there is one: `python -m tests.answered`.

Every document tells the same ten facts of a county of its own, so that only its own bytes can answer.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import opencc

from embeddings.encoder import load_encoder
from embeddings.indexing import bring_in_step
from embeddings.library import Library
from embeddings.pool import Pool
from embeddings.search import Searcher
from tests.forms import FACTS, FORMS, TEXT_ENCODINGS, Paper, as_csv, as_html, as_text

_NAMES = "云湾 石塘 柳溪 枫林 白沙 金岭 双河 梅溪 竹山 荷塘 松岭 桃源 清泉 龙潭 凤台 鹤鸣 雁荡 鹿苑 兰亭 菊园 杏坛 橘洲"
COUNTIES = _NAMES.split()
# 接在县名和指标后面：云湾县图书馆藏书多少册
ASKED = {
    "图书馆藏书": "多少册",
    "梅花节门票收入": "是多少",
    "皮影戏班": "有几个",
    "茶园面积": "多大",
    "渔船": "有多少艘",
    "小学": "有多少所",
    "养老院床位": "有多少张",
    "公交线路": "有几条",
    "高铁站开通日期": "是哪天",
    "污水处理率": "多高",
}
WITH_TABLE = ("县.md", "县.html", "县.docx", "县.pdf", "县.xlsx")
PAGE_CODES = {"gb2312": "gbk", "big5": "big5hkscs", "utf-16": "utf-16"}


def documents() -> Iterator[tuple[str, Paper, bytes, bool]]:
    """Yield name, what it tells, its bytes, and whether it is in traditional characters."""
    to_traditional = opencc.OpenCC("s2tw").convert
    papers = (Paper(f"{county}县") for county in COUNTIES)
    for form, make in FORMS.items():
        paper = next(papers)
        yield f"{paper.place}.{form}", paper, make(paper), False
    for encoding in TEXT_ENCODINGS[1:]:
        paper, traditional = next(papers), encoding.startswith("big5")
        text = as_text(paper)
        text = to_traditional(text) if traditional else text
        yield f"{paper.place}-{encoding}.txt", paper, text.encode(encoding), traditional
    for declared, encoding in PAGE_CODES.items():
        paper, traditional = next(papers), encoding.startswith("big5")
        text = as_html(paper, declared)
        text = to_traditional(text) if traditional else text
        yield f"{paper.place}-{encoding}.html", paper, text.encode(encoding), traditional
    paper = next(papers)
    yield f"{paper.place}-gbk.csv", paper, as_csv(paper).encode("gbk"), False


def missed(folder: Path) -> tuple[list[str], int]:
    """Index the documents below `folder` and return the questions not answered from the right one, and how many."""
    sources = folder / "文档"
    sources.mkdir()
    made = list(documents())
    for name, _, content, _ in made:
        (sources / name).write_bytes(content)
    library, encoder = Library(f"sqlite:///{folder}/wenbao.db"), load_encoder(None)
    for _ in bring_in_step(library, encoder, [sources]):
        pass
    searcher = Searcher(library, encoder, Pool(folder))
    to_traditional = opencc.OpenCC("s2tw").convert
    wrong = []
    for name, paper, _, traditional in made:
        for _, asked, value, _ in FACTS:
            question = f"{paper.place}{asked}{ASKED[asked]}"
            value = to_traditional(value) if traditional else value
            first = next(iter(searcher.search(question, 1)), None)
            if first is None or first.document != name or value not in first.paragraph.text:
                wrong.append(f"{name}: {question} → {first.document if first else None}")
        if name.endswith(WITH_TABLE):
            question = f"{paper.place}东乡2023年GDP增速"
            first = next(iter(searcher.search(question, 1)), None)
            if first is None or first.document != name or "8.7%" not in first.paragraph.text:
                wrong.append(f"{name}: {question} → {first.document if first else None}")
    cells = sum(name.endswith(WITH_TABLE) for name, *_ in made)
    return wrong, len(made) * len(FACTS) + cells


def main() -> None:
    """Print what is missed, and the count."""
    with tempfile.TemporaryDirectory() as folder:
        wrong, whole = missed(Path(folder))
    for line in wrong:
        print(line)
    print(f"{whole - len(wrong)} of {whole} facts found in the right document")


if __name__ == "__main__":
    main()
