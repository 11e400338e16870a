"""Training of the reader on made-up data: what is learnt from, what it becomes, and a whole small run."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import zstandard
from onnxruntime import InferenceSession
from tokenizers import Tokenizer
from tokenizers.models import Unigram

from bot.reader.training import measure, sources, train
from bot.reader.training.batches import BEGIN, END, PADDING, Batch, collate, cut, encode
from bot.reader.training.eight_bits import Linear, learn_in_eight_bits, smooth
from bot.reader.training.examples import Example, from_documents, from_texts, passage_of, told, window
from bot.reader.training.export import export, mean
from bot.reader.training.measure import Reader, parts
from bot.reader.training.neighbours import Neighbours
from bot.reader.training.network import Network, load, save
from bot.reader.training.sources import Asked, Question, find_answers, read_documents, read_questions

PLACES = "青溪 白石 云湾 长岭 南浦 西陵 东沙 北坞".split()
HEADLINES = "旅游开门红 招商有实效 种田有新法 交通补短板".split()
OURS = """=== 通知.txt
图书馆通知

图书馆周一闭馆，周二开放，还书可到一楼。

三楼有自习室、影音室。

--- 问答
问：哪天不开门
处：周一闭馆
答：周一

问：三楼有什么
答：自习室
答：影音室

问：几点关门
答：无
=== 公告.md
| 楼 | 层 |
| --- | --- |
| 甲楼 | 9 |

--- 问答
问：甲楼几层
答：9
"""
PAGE = "{place}县{headline}\n{place}县委书记 王{place}\n\n去年{place}县新建学校{schools}所、医院{hospitals}家。\n"


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Keep small matrices on one thread: several only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module", autouse=True)
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Put two documents with their questions where our own are."""
    folder = tmp_path_factory.mktemp("ours")
    (folder / "甲.txt").write_text(OURS, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "OURS", folder)
        yield


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with eight pages about places, three questions each, and a public set of two."""
    folder = tmp_path_factory.mktemp("data")
    contexts, questions = [], []
    for number, place in enumerate(PLACES):
        name = f"own/17/{number:02}.txt"
        page = PAGE.format(
            place=place, headline=HEADLINES[number % 4], schools=11 + number, hospitals=31 + number
        )
        contexts.append({"id": name, "unseen": True, "text": page})
        for text, answers in (
            (f"{place}县建了几所学校", [f"{11 + number}所"]),
            (f"{place}县的医院新建了多少家", [f"{31 + number}家"]),
            (f"{place}县有几座水库", []),
        ):
            questions.append(
                {"id": text, "question": text, "context": name, "answers": answers, "kind": "number"}
            )
    public = [
        {
            "question": "船有多长",
            "context": "船在海上。它长30米。",
            "answers": [{"text": "30米", "start": 7}],
        },
        {"question": "誰造了橋", "context": "橋由李白造。", "answers": [{"text": "李白", "start": 2}]},
    ]
    for name, rows in (
        ("authored_contexts", contexts),
        ("authored_questions", questions),
        ("reader_open", public),
        ("reader_news_templates", public[:1]),
    ):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl.zst").write_bytes(zstandard.compress(text.encode()))
    return folder


@pytest.fixture(scope="module")
def tokenizer(data: Path) -> Path:
    """Return a vocabulary of single characters, its first three pieces as in the product's."""
    files = sorted(data.glob("*.zst"))
    text = "".join(
        zstandard.ZstdDecompressor().decompressobj().decompress(path.read_bytes()).decode() for path in files
    )
    characters = sorted(set(text + "【】"))
    path = data / "tokenizer.json"
    pieces = [
        ("<s>", 0.0),
        ("<pad>", 0.0),
        ("</s>", 0.0),
        ("<unk>", 0.0),
        *((one, -1.0) for one in characters),
    ]
    Tokenizer(Unigram(pieces, unk_id=3)).save(str(path))
    return path


@pytest.mark.parametrize(
    ("text", "answers", "stretch", "expected"),
    [
        ("院士工作站4家，净增1家", ["4家"], "", ["4家"]),
        ("共3家，去年净增\n1家、 3家", ["3家"], "净增1家、3家", ["3家"]),
        ("胸痛、卒中、创\n伤三大中心", ["胸痛", "创伤"], "", ["胸痛", "创\n伤"]),
        ("共3家", ["4家"], "", []),
        ("共3家", [], "", []),
    ],
)
def test_an_answer_is_found_across_line_breaks(
    text: str, answers: list[str], stretch: str, expected: list[str]
) -> None:
    spans = find_answers(Question("", "", tuple(answers), stretch), text)
    assert [text[start:end] for start, end in spans] == expected


def test_the_stretch_tells_which_of_two_is_meant() -> None:
    assert find_answers(Question("", "", ("3家",), "净增1家、3家"), "共3家，净增1家、 3家") == ((10, 12),)


def test_a_cell_is_found_in_its_row() -> None:
    asked = Question("甲楼几层", "", ("9",), "| 甲楼 | 9 | 1999 |")
    assert find_answers(asked, "楼：甲楼；层：9；年：1999") == ((7, 8),)
    assert find_answers(asked, "楼：乙楼；层：9；年：1999") == ()
    assert find_answers(asked, "楼：甲楼；层：9；年：1999；门：9") == ()  # which of them is not said


def test_our_own_documents_stand_before_their_questions(data: Path) -> None:
    documents = read_documents(data)
    assert [one.text for one in documents["甲/通知.txt"].paragraphs][-1] == "三楼有自习室、影音室。"
    assert [one.text for one in documents["甲/公告.md"].paragraphs] == ["楼：甲楼；层：9"]
    assert read_questions(data)[-4:] == [
        Question("哪天不开门", "甲/通知.txt", ("周一",), "周一闭馆"),
        Question("三楼有什么", "甲/通知.txt", ("自习室", "影音室"), ""),
        Question("几点关门", "甲/通知.txt", (), ""),
        Question("甲楼几层", "甲/公告.md", ("9",), ""),
    ]


def test_a_document_is_split_as_the_product_splits_it(data: Path) -> None:
    document = read_documents(data)["own/17/00.txt"]
    question = read_questions(data)[0]
    right = told(question, document)
    assert right is not None
    passage, start = passage_of(right[0])
    assert passage.startswith("【青溪") and "】去年青溪县新建学校11所" in passage
    assert passage[start:].startswith("去年")


def test_what_surrounds_the_answer_never_holds_it(data: Path) -> None:
    documents, questions = read_documents(data), read_questions(data)
    examples = list(from_documents(questions, documents, Neighbours(documents.values()), seed=1))
    assert examples == list(from_documents(questions, documents, Neighbours(documents.values()), seed=1))
    answers = {question.text: question.answers for question in questions}
    answered = [example for example in examples if example.answers]
    assert len(answered) == 19
    for example in examples:
        if example.answers:
            (start, end), *_ = example.answers
            assert example.passage[start:end] == answers[example.question][0]
        elif example.question in answers:  # others ask for a place or number that was swapped
            assert not any(answer in example.passage for answer in answers[example.question])


def test_a_window_keeps_whole_sentences() -> None:
    text = "甲" * 200 + "。" + "船长30米。" + "乙" * 200 + "。"
    start = text.index("30")
    for seed in range(8):
        first, last = window(text, start, start + 3, random.Random(seed))
        assert text[first:last].endswith("。") and (first == 0 or text[first - 1] == "。")
        assert "船长30米。" in text[first:last]
    (example,) = list(from_texts([Asked("多长", "船长30米。", ((2, 5),), "public")], seed=0))
    assert example == Example("多长", "船长30米。", ((2, 5),), "public")


def test_pieces_of_question_passage_and_answer(tokenizer: Path) -> None:
    pieces = Tokenizer.from_file(str(tokenizer))
    number = {one: pieces.token_to_id(one) for one in "几所学校11"}
    examples = [
        Example("几所", "【青】学校11所", ((5, 8),), "a"),
        Example("几所", "学" * 399 + "11", ((399, 401),), "b"),  # reaches beyond 400 pieces
    ]
    (one,) = encode(examples, pieces)
    assert one.ids[:5].tolist() == [BEGIN, number["几"], number["所"], END, END]
    assert (one.ids[-1], one.passage, one.answers) == (END, 5, ((10, 12),))
    batch = collate([one, replace(one, ids=one.ids[:9], answers=())])
    assert batch.ids[1].tolist()[9:] == [PADDING] * (len(one.ids) - 9)
    assert batch.types[0].tolist() == [0] * 5 + [1] * 9
    assert batch.inside[0].nonzero().flatten().tolist() == [10, 11, 12]
    assert (batch.start.tolist(), batch.end.tolist()) == ([10, 0], [12, 0])
    assert batch.allowed[0].tolist() == [True] + [False] * 4 + [True] * 8 + [False]
    assert batch.answerable.tolist() == [1, 0]


@pytest.mark.parametrize(("passage", "expected"), [("甲、乙", True), ("甲去年新建，今年乙", False)])
def test_a_list_is_also_one_span_if_its_members_stand_together(
    tokenizer: Path, passage: str, expected: bool
) -> None:
    spans = ((0, 1), (len(passage) - 1, len(passage)))
    (one,) = encode([Example("哪两个", passage, spans, "")], Tokenizer.from_file(str(tokenizer)))
    assert one.one_span is expected


def test_batches_hold_every_example_once_and_no_more_pieces_than_said(tokenizer: Path) -> None:
    examples = [Example("几所", "学" * length, (), "") for length in range(1, 60)]
    encoded = encode(examples, Tokenizer.from_file(str(tokenizer)))
    batches = cut(encoded, 200, seed=0)
    assert sorted(len(one.ids) for batch in batches for one in batch) == [6 + n for n in range(1, 60)]
    assert all(len(batch) * max(len(one.ids) for one in batch) <= 200 for batch in batches)


def test_weights_in_four_and_eight_bits_are_read(tmp_path: Path) -> None:
    """One block of four bits: a scale of 0.5, then low nibbles 0 … 15, high nibbles all 8 (zero)."""
    network = Network(40, layers=1, hidden=32, wide=64)
    save(network, tmp_path / "made.npz")
    arrays = dict(np.load(tmp_path / "made.npz"))
    block = np.concatenate([np.float16([0.5]).view(np.uint8), np.arange(16, dtype=np.uint8) | 0x80])
    del arrays["f:words.weight"], arrays["f:positions.weight"], arrays["f:layers.0.seen.weight"]
    arrays["q:emb.word"] = np.tile(block, (40, 1))
    arrays["i:pos.weight"], arrays["s:pos.weight"] = np.full((512, 32), 3, np.int8), np.full((512, 1), 0.25)
    for number, part in enumerate("qkv"):
        arrays[f"f:l0.{part}.w"] = np.full(32 * 32, number, np.float32)
    np.savez(tmp_path / "old.npz", **arrays)
    read = load(tmp_path / "old.npz")
    assert read.words.weight[7].tolist() == [(low - 8) / 2 for low in range(16)] + [0.0] * 16
    assert (read.positions.weight == 0.75).all()
    assert [float(part.mean()) for part in read.layers[0].seen.weight.detach().chunk(3)] == [0, 1, 2]
    assert torch.allclose(read.span.weight, network.span.weight, atol=1e-3)


def test_smoothing_changes_nothing_and_rounding_little() -> None:
    torch.manual_seed(0)
    layer = Linear(32, 8)
    inputs = torch.randn(64, 32)
    inputs[:, 3] *= 100  # the outlier that would take all of 255 steps
    exact = layer(inputs)
    learn_in_eight_bits(layer)
    rough = (layer(inputs) - exact).abs().mean()
    layer.eight_bits = False
    smooth(layer, [(inputs,)])
    assert torch.allclose(layer(inputs), exact)
    learn_in_eight_bits(layer)
    assert (layer(inputs) - exact).abs().mean() < rough / 2
    layer(inputs).sum().backward()
    assert layer.weight.grad is not None and torch.allclose(
        layer.weight.grad[0], inputs.sum(0), rtol=0.1, atol=1
    )


def test_padding_changes_nothing() -> None:
    torch.manual_seed(0)
    network = Network(50, layers=2, hidden=64, wide=64).eval()
    ids = torch.tensor([[0, 9, 2, 2, 7, 8, 2]])
    padded = torch.cat([ids, torch.full((1, 4), PADDING)], 1)
    span, answerable = network(ids, torch.zeros_like(ids))
    longer, same = network(padded, torch.zeros_like(padded))
    assert torch.allclose(longer[:, :7], span, atol=1e-5) and torch.allclose(same, answerable, atol=1e-5)


@pytest.fixture(scope="module")
def trained(data: Path, tokenizer: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a whole small run over the command line: half of it in eight bits."""
    folder = tmp_path_factory.mktemp("trained")
    stage = train.Stage({"public": 1.0, "official": 1.0, "ours": 1.0}, 6e-3, 80, 2_000, 10, 0.7, 3)
    torch.manual_seed(0)
    save(Network(Tokenizer.from_file(str(tokenizer)).get_vocab_size(), 1, 64, 64), folder / "base.npz")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(train.STAGES, "ours", stage)
        train.main([str(one) for one in (data, folder / "base.npz", tokenizer, folder)])
    return folder


@pytest.fixture(scope="module")
def examples(data: Path) -> list[Example]:
    """Return what the small run learns from."""
    documents = {name: one for name, one in read_documents(data).items() if not one.held_out}
    questions = [one for one in read_questions(data) if one.document in documents]
    return list(from_documents(questions, documents, Neighbours(documents.values()), 3))


@pytest.fixture(scope="module")
def graphs(trained: Path, examples: list[Example], tokenizer: Path) -> tuple[Path, Path]:
    """Return the exported network, in float and in eight bits."""
    encoded = encode(examples, Tokenizer.from_file(str(tokenizer)))
    return export(load(trained / "ours.npz"), [collate(batch) for batch in cut(encoded, 700, 0)], trained)


def test_a_small_run_learns_what_it_is_shown(
    graphs: tuple[Path, Path], examples: list[Example], tokenizer: Path
) -> None:
    reader = Reader(graphs[1], tokenizer)
    found = [(one, reader.read(one.question, [one.passage])[0]) for one in examples]
    right = [
        read.text == one.passage[one.answers[0][0] : one.answers[-1][1]] for one, read in found if one.answers
    ]
    assert np.mean(right) > 0.8
    told_, silent = (
        np.mean([read.answerable for one, read in found if bool(one.answers) is x]) for x in (True, False)
    )
    assert told_ > silent + 1


def test_the_mean_of_two_networks_lies_between_them() -> None:
    one, other = Network(9, 1, 32, 32), Network(9, 1, 32, 32)
    middle = mean(one, other).layers[0].wide
    weights = (each.layers[0].wide.weight for each in (one, other))
    assert torch.allclose(middle.weight, sum(weights) / 2)


def test_the_graph_gives_what_torch_gives(trained: Path, graphs: tuple[Path, Path], tokenizer: Path) -> None:
    encoded = encode(
        [Example("几所", text, (), "") for text in ("学校11所", "学校")], Tokenizer.from_file(str(tokenizer))
    )
    batch = collate(encoded)
    with torch.no_grad():
        span, answerable = load(trained / "ours.npz").eval()(batch.ids, batch.types)
    for path, tolerance in zip(graphs, (1e-4, 0.5), strict=True):
        session = InferenceSession(path, providers=["CPUExecutionProvider"])
        assert [(one.name, one.type, len(one.shape)) for one in session.get_inputs()] == [
            ("ids", "tensor(int64)", 2),
            ("types", "tensor(int64)", 2),
        ]
        assert [one.name for one in session.get_outputs()] == ["span", "answerable"]
        given = session.run(None, {"ids": batch.ids.numpy(), "types": batch.types.numpy()})
        assert np.abs(given[0] - span.numpy()).mean() < tolerance
        assert np.abs(given[1] - answerable.numpy()).mean() < tolerance
    assert graphs[1].stat().st_size < graphs[0].stat().st_size


@pytest.mark.parametrize("steps", [1, 6])
def test_a_run_that_was_cut_off_goes_on_as_if_it_had_not_been(
    tokenizer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    stage = train.Stage({}, 1e-3, 2, 60, 2, 0.5, 3)
    made = [Example("几所", f"学校{number}所", ((2, 4),), "") for number in range(11, 31)]
    encoded = encode(made, Tokenizer.from_file(str(tokenizer)))
    monkeypatch.setattr(train, "CHECKPOINT_SECONDS", 0)

    def started(name: str) -> train.Trainer:
        torch.manual_seed(1)
        return train.Trainer(Network(200, 2, 64, 64), stage, encoded, tmp_path / name)

    whole, cut_off, last = started("whole.pt"), started("cut.pt"), started("cut.pt")
    assert len(whole.batches) == 8
    whole.run(600)
    learn = cut_off._learn

    def learn_or_stop(batch: Batch, share: float) -> float:
        if cut_off.step == steps:
            raise KeyboardInterrupt
        return learn(batch, share)

    monkeypatch.setattr(cut_off, "_learn", learn_or_stop)
    with pytest.raises(KeyboardInterrupt):
        cut_off.run(600)
    last.run(600)
    for one, other in zip(whole.network.parameters(), last.network.parameters(), strict=True):
        assert torch.equal(one, other)


def test_what_is_held_out_is_never_learnt_from(data: Path) -> None:
    documents = read_documents(data)
    kept = {name for name, one in documents.items() if one.held_out}
    examples = train.gather(data, train.STAGES["ours"])
    assert kept and len(kept) < len(documents)
    places = [place for number, place in enumerate(PLACES) if f"own/17/{number:02}.txt" in kept]
    assert not any(place in example.passage for example in examples for place in places)


def test_measuring_prints_a_line_a_set(
    graphs: tuple[Path, Path], data: Path, tokenizer: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reading = tmp_path / "made.jsonl"
    row = {"question": "船有多长", "context": "船长30米。", "answers": [{"text": "30米", "start": 2}]}
    reading.write_text(json.dumps(row), encoding="utf-8")
    measure.main(
        [
            str(one)
            for one in (graphs[0], tokenizer, "--reading", reading, "--data", data, "--against", graphs[0])
        ]
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("made             1 questions: EM ")
    assert lines[1] == "the same span: 100.0 %"
    assert lines[2].startswith("held out, official: 6 questions, right ")


def test_long_contexts_are_read_in_parts_of_whole_sentences() -> None:
    text = ("甲" * 199 + "。") * 5
    assert [len(part) for part in parts(text)] == [400, 400, 200]
    assert "".join(parts(text)) == text
