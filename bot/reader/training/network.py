"""The reader as torch trains it; bot/reader/network.py computes the same in numpy.

Question-aligned word vectors as in DrQA (Chen et al. 2017), gated convolutions (Dauphin et al. 2017), cross
attention as in QANet (Yu et al. 2018), and one softmax over all spans and "nothing" (Lee et al. 2016, RaSoR).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from bot.reader.features import PASSAGE_SIGNS, QUESTION_SIGNS
from bot.reader.vocabulary import UNKNOWN

WORD, CHARACTER, WIDTH, HEADS, SPAN = 96, 24, 96, 4, 24
LONGEST_SPAN = 48  # tokens
NEVER = -1e4


class Convolution(nn.Module):
    """A gated convolution over three tokens, `dilation` apart, added to its input."""

    def __init__(self, dilation: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(WIDTH)
        self.linear = nn.Linear(3 * WIDTH, 2 * WIDTH)
        self.dilation, self.dropout = dilation, dropout

    def forward(self, rows: Tensor, mask: Tensor) -> Tensor:
        """Return rows of the same shape (batch, tokens, WIDTH)."""
        inside = self.norm(rows) * mask
        padded = functional.pad(inside, (0, 0, self.dilation, self.dilation))
        length = rows.shape[1]
        around = torch.cat([padded[:, :length], inside, padded[:, 2 * self.dilation :]], -1)
        return rows + drop(functional.glu(self.linear(around)), self.dropout, self.training)


class SelfAttention(nn.Module):
    """Every token looks at all others."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(WIDTH)
        self.input, self.output = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.dropout = dropout

    def forward(self, rows: Tensor, mask: Tensor) -> Tensor:
        """Return rows of the same shape."""
        batch, length, _ = rows.shape
        heads = self.input(self.norm(rows)).view(batch, length, 3, HEADS, WIDTH // HEADS)
        query, key, value = heads.permute(2, 0, 3, 1, 4)
        hidden = ((1 - mask) * NEVER).transpose(1, 2)[:, None]
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=hidden)
        seen = self.output(seen.transpose(1, 2).reshape(batch, length, WIDTH))
        return rows + drop(seen, self.dropout, self.training)


class CrossAttention(nn.Module):
    """Every token of the passage looks at the question."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(WIDTH)
        self.query, self.key = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)
        self.output = nn.Linear(3 * WIDTH, WIDTH)

    def forward(self, rows: Tensor, question: Tensor, hidden: Tensor) -> Tensor:
        """Return rows of the same shape; `hidden` is NEVER where the question is padding."""
        inside = self.norm(rows)
        scores = self.query(inside) @ self.key(question).transpose(1, 2) * WIDTH**-0.5
        seen = (scores + hidden).softmax(-1) @ question
        return rows + self.output(torch.cat([inside, seen, inside * seen], -1))


class Network(nn.Module):
    """Question and passage → one score a span, and one for nothing."""

    def __init__(self, words: int, characters: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.dropout, self.unknown = dropout, 0.0
        self.words = nn.Embedding(words, WORD, padding_idx=0)
        self.characters = nn.Embedding(characters, CHARACTER, padding_idx=0)
        self.tokens = nn.Linear(WORD + 2 * CHARACTER, WIDTH)
        self.align = nn.Linear(WIDTH, WIDTH)
        self.passage = nn.Linear(3 * WIDTH + PASSAGE_SIGNS, WIDTH)
        self.question = nn.Linear(WIDTH + QUESTION_SIGNS, WIDTH)
        self.question_layers = nn.ModuleList(Convolution(dilation, dropout) for dilation in (1, 1))
        self.pool = nn.Linear(WIDTH, 1)
        self.scale = nn.Linear(WIDTH, 2 * WIDTH)
        self.first = nn.ModuleList(Convolution(dilation, dropout) for dilation in (1, 2))
        self.cross = CrossAttention()
        self.second = nn.ModuleList(Convolution(dilation, dropout) for dilation in (1, 4))
        self.attention = SelfAttention(dropout)
        self.cross_again = CrossAttention()
        self.third = nn.ModuleList(Convolution(dilation, dropout) for dilation in (1, 2, 1))
        self.norm = nn.LayerNorm(WIDTH)
        self.start, self.end = nn.Linear(WIDTH, 1), nn.Linear(WIDTH, 1)
        self.opening, self.closing = nn.Linear(WIDTH, SPAN), nn.Linear(WIDTH, SPAN)
        self.asked = nn.Linear(WIDTH, 2 * WIDTH)
        self.nothing = nn.Linear(3 * WIDTH, WIDTH)
        self.nothing_score = nn.Linear(WIDTH, 1)

    def leave_out(self, dropout: float, unknown: float) -> None:
        """Set which share of channels, and of words, training hides."""
        self.unknown = unknown
        for part in self.modules():
            if isinstance(part, Network | Convolution | SelfAttention):
                part.dropout = dropout

    def forward(self, passage: "Side", question: "Side", allowed: Tensor) -> Tensor:
        """Return scores of shape (batch, 1 + tokens × LONGEST_SPAN): nothing, then start by length.

        `allowed` is 1 where a span may stand, shape (batch, tokens).
        """
        mask, asked_mask = passage.mask(), question.mask()
        hidden = ((1 - asked_mask) * NEVER).transpose(1, 2)
        told, asked = self._tokens(passage), self._tokens(question)
        agreement = functional.relu(self.align(told)) @ functional.relu(self.align(asked)).transpose(1, 2)
        aligned = (agreement * WIDTH**-0.5 + hidden).softmax(-1) @ asked
        asked = self.question(torch.cat([asked, question.signs], -1))
        for layer in self.question_layers:
            asked = layer(asked, asked_mask)
        weights = (self.pool(asked) + hidden.transpose(1, 2)).softmax(1)
        whole = (weights * asked).sum(1)
        rows = self.passage(torch.cat([told, aligned, told * aligned, passage.signs], -1))
        scale, shift = self.scale(whole)[:, None].chunk(2, -1)
        rows = rows * (1 + scale) + shift
        for layer in self.first:
            rows = layer(rows, mask)
        rows = self.cross(rows, asked, hidden)
        for layer in self.second:
            rows = layer(rows, mask)
        rows = self.cross_again(self.attention(rows, mask), asked, hidden)
        for layer in self.third:
            rows = layer(rows, mask)
        return self._spans(self.norm(rows), whole, mask, allowed)

    def _tokens(self, side: "Side") -> Tensor:
        first, last = self.characters(side.characters[..., 0]), self.characters(side.characters[..., -1])
        words = side.words
        if self.training:
            words = torch.where((torch.rand(words.shape) < self.unknown) & (words > 0), UNKNOWN, words)
        parts = torch.cat([self.words(words), first, last], -1)
        return self.tokens(drop(parts, self.dropout, self.training))

    def _spans(self, rows: Tensor, whole: Tensor, mask: Tensor, allowed: Tensor) -> Tensor:
        by_start, by_end = self.asked(whole)[:, None].chunk(2, -1)
        never = (1 - allowed) * NEVER
        start = self.start(rows)[..., 0] + (rows * by_start).sum(-1) * WIDTH**-0.5 + never
        end = self.end(rows)[..., 0] + (rows * by_end).sum(-1) * WIDTH**-0.5 + never
        pairs = self.opening(rows) @ self.closing(rows).transpose(1, 2) * SPAN**-0.5
        scores = start[:, :, None] + end[:, None, :] + pairs  # (batch, start, end)
        padded = functional.pad(scores, (0, LONGEST_SPAN - 1), value=NEVER)
        length = rows.shape[1]
        places = torch.arange(length)[:, None] + torch.arange(LONGEST_SPAN)
        band = padded.gather(2, places.expand(len(rows), -1, -1))
        told = (start.softmax(-1)[:, None] @ rows)[:, 0]
        most = (rows + (1 - mask) * NEVER).amax(1)
        nothing = self.nothing_score(functional.relu(self.nothing(torch.cat([whole, told, most], -1))))
        return torch.cat([nothing, band.flatten(1)], 1)


class Side:
    """The tensors of the passages or of the questions of a batch."""

    def __init__(self, words: Tensor, characters: Tensor, signs: Tensor) -> None:
        self.words, self.characters, self.signs = words, characters, signs

    def mask(self) -> Tensor:
        """Return 1 where there is a token, shape (batch, tokens, 1)."""
        return (self.words > 0).float()[..., None]


def drop(rows: Tensor, share: float, training: bool) -> Tensor:
    """Leave out channels over all tokens of a text while training."""
    if not training or share == 0:
        return rows
    kept = (torch.rand(rows.shape[0], 1, rows.shape[2]) > share).float() / (1 - share)
    return rows * kept
