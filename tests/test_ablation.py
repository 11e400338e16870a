"""The search is better than words and bigrams alone, and its weights are among those that the ablation tries."""

from itertools import product
from pathlib import Path

from bot.ablation import COVERAGE, MEANING, SHORT, SUBJECT, of_questions
from bot.sample import __file__ as sample
from embeddings.encoder import load_encoder
from embeddings.search import Ranking

QUESTIONS = Path(sample).with_name("questions.jsonl")


def test_the_shipped_weights_are_tried() -> None:
    assert Ranking() in [Ranking(*each) for each in product(MEANING, COVERAGE, SUBJECT, SHORT)]


def test_the_sample_is_found(tmp_path: Path) -> None:
    measured = of_questions(QUESTIONS, None, load_encoder(), tmp_path)
    words, search = measured.by_words_and_bigrams().mean(axis=0), measured.by_search(Ranking()).mean(axis=0)
    assert len(measured.wanted) == 32
    assert (words <= search).all()
    assert search[0] >= 0.96
    assert measured.firsts([Ranking()])[0] >= 0.9
