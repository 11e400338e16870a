"""A Unigram vocabulary of Chinese words, numbers and their parts (Kudo 2018, arXiv:1804.10959)."""

import random
from collections.abc import Sequence

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from embeddings.training.pairs import Pair

PIECES = 40_000
LONGEST_PIECE = 6
PASSAGES, QUESTIONS = 60_000, 80_000  # as many texts as two minutes on two cores take
UNKNOWN = "[UNK]"


def train_vocabulary(pairs: Sequence[Pair]) -> Tokenizer:
    """Return a tokenizer over folded text; a run of digits is never split off from within."""
    chance = random.Random(0)
    texts = [passage for _, passage in chance.sample(pairs, min(PASSAGES, len(pairs)))]
    texts += [question for question, _ in chance.sample(pairs, min(QUESTIONS, len(pairs)))]
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Whitespace(), pre_tokenizers.Digits(individual_digits=False)]
    )
    trainer = trainers.UnigramTrainer(
        vocab_size=PIECES,
        special_tokens=["[PAD]", UNKNOWN],
        unk_token=UNKNOWN,
        max_piece_length=LONGEST_PIECE,
        n_sub_iterations=1,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer
