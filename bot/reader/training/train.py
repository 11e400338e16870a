"""Train the reader: `python -m bot.reader.training.train DATA START TOKENIZER FOLDER --stage ours`.

DATA holds authored_*.jsonl.zst and reader_*.jsonl.zst; START is the pruned base, or the network of the stage before.
Each stage writes FOLDER/STAGE.npz; a run that was cut off goes on from FOLDER/STAGE.pt. In bf16 on a GPU and on a CPU
that has it; elsewhere in float32, which is eight times as fast there.
"""

import argparse
import math
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from bot.reader.training.batches import Batch, Encoded, collate, cut, encode
from bot.reader.training.eight_bits import Linear, learn_in_eight_bits, smooth
from bot.reader.training.examples import Example, from_documents, from_texts
from bot.reader.training.neighbours import Neighbours
from bot.reader.training.network import Network, load, save
from bot.reader.training.sources import read_documents, read_public, read_questions

LOWEST_SHARE = 0.02  # of the learning rate
NEVER = -1e4  # the score of a place where no answer may stand
INSIDE_WEIGHT = 5.0  # the mean over all pieces is small: most are outside
HEAD_RATE = 3.0  # of the learning rate, for the three heads
CHECKPOINT_SECONDS = 240
REPORT_STEPS = 10
WATCHED_BATCHES = 4


@dataclass(frozen=True, slots=True)
class Stage:
    """What share of each kind of examples is learnt from, how often, and how fast."""

    shares: dict[str, float]
    rate: float
    rounds: float
    batch_pieces: int
    warm_up_steps: int
    eight_bits_from: float  # done so much of the stage, it goes on with rounded inputs and weights
    seed: int


STAGES = {
    # From the base, everything that there is: for a GPU.
    "reading": Stage(
        {"public": 1.0, "templates": 0.25, "known": 1.0, "new": 1.0, "official": 1.0},
        rate=1.5e-4, rounds=8.0, batch_pieces=96_000, warm_up_steps=200, eight_bits_from=0.7, seed=5,
    ),
    # Dense official prose once, with as much of the rest: two cores do it in two hours.
    # What people wrote once more, in all layers: on two cores with bf16 of their own, half an hour.
    "people": Stage(
        {"public": 0.3, "templates": 0.01, "known": 1.0, "new": 1.0, "official": 1.0},
        rate=6e-5, rounds=1.0, batch_pieces=6_400, warm_up_steps=60, eight_bits_from=0.9, seed=17,
    ),
    # Our own questions and the dense pages twice, with as much of the rest, mostly in eight bits.
    "ours": Stage(
        {"public": 0.1, "known": 0.15, "new": 1.0, "official": 1.0, "ours": 1.0},
        rate=4e-5, rounds=2.0, batch_pieces=6_400, warm_up_steps=40, eight_bits_from=0.3, seed=23,
    ),
}  # fmt: skip


def gather(data: Path, stage: Stage) -> list[Example]:
    """Return the examples of a stage; documents that are held out are left out."""
    documents = {name: one for name, one in read_documents(data).items() if not one.held_out}
    neighbours = Neighbours(documents.values())
    questions = [one for one in read_questions(data) if one.document in documents]
    kinds: dict[str, Sequence[Example]] = {}
    for group in ("ours", "official", "new", "known"):
        asked = [one for one in questions if documents[one.document].group == group]
        asked = _some(asked, stage.shares.get(group, 0.0), stage.seed)
        kinds[group] = list(from_documents(asked, documents, neighbours, stage.seed))
    for kind, file in (("public", "reader_open.jsonl.zst"), ("templates", "reader_news_templates.jsonl.zst")):
        if share := stage.shares.get(kind, 0.0):
            kinds[kind] = list(from_texts(_some(read_public(data / file), share, stage.seed), stage.seed))
    for kind, examples in kinds.items():
        answered = sum(bool(example.answers) for example in examples)
        print(f"{kind}: {len(examples)} examples, {answered} answered", flush=True)
    return [example for examples in kinds.values() for example in examples]


def _some(rows: Sequence, share: float, seed: int) -> list:
    chosen = torch.randperm(len(rows), generator=torch.Generator().manual_seed(seed))
    return [rows[int(place)] for place in chosen[: round(len(rows) * share)]]


def loss_of(scores: tuple[torch.Tensor, torch.Tensor], batch: Batch) -> torch.Tensor:
    """Return the loss: the places of start and end, each piece inside or not, the passage answers or not."""
    span, answerable = scores[0].float(), scores[1].float()
    start, end = (span[..., side].masked_fill(~batch.allowed, NEVER) for side in (0, 1))
    places = cross_entropy(start, batch.start, reduction="none")
    places = places + cross_entropy(end, batch.end, reduction="none")
    places = (places * batch.one_span).sum() / batch.one_span.sum().clamp(min=1) / 2
    passage = batch.allowed.float()
    passage[:, 0] = 0
    inside = binary_cross_entropy_with_logits(span[..., 2], batch.inside, reduction="none") * passage
    inside_mean = (inside.sum(1) / passage.sum(1).clamp(min=1)).mean()
    told = binary_cross_entropy_with_logits(answerable, batch.answerable)
    return places + INSIDE_WEIGHT * inside_mean + told


class _Report:
    """The mean loss and the speed of the last steps."""

    def __init__(self, seconds: float) -> None:
        self.steps, self.pieces, self.loss, self.began = 0, 0, 0.0, seconds

    def add(self, loss: float, pieces: int) -> None:
        self.steps, self.pieces, self.loss = self.steps + 1, self.pieces + pieces, self.loss + loss

    def line(self, seconds: float) -> str:
        return f"loss {self.loss / self.steps:.3f} {self.pieces / (seconds - self.began):.0f} pieces/s"


class Trainer:
    """One stage of training that can be cut off and go on."""

    def __init__(self, network: Network, stage: Stage, examples: Sequence[Encoded], checkpoint: Path) -> None:
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.half = self.device == "cuda" or torch.cpu._is_avx512_bf16_supported()
        self.network, self.stage, self.checkpoint = network.to(self.device), stage, checkpoint
        self.batches = self._batches(examples)
        self.optimizer = torch.optim.AdamW(_groups(network, stage.rate), betas=(0.9, 0.98), eps=1e-6)
        self.step, self.seconds, self.eight_bits = 0, 0.0, False

    def _batches(self, examples: Sequence[Encoded]) -> list[list[Encoded]]:
        rounds = range(math.ceil(self.stage.rounds))
        pieces, seed = self.stage.batch_pieces, self.stage.seed
        batches = [batch for number in rounds for batch in cut(examples, pieces, seed + number)]
        return batches[: int(len(batches) * self.stage.rounds / len(rounds))]

    def run(self, most_seconds: float) -> None:
        """Learn until the last batch, or until the time is over: the rate falls to nothing by then."""
        self._resume()
        self.network.train()
        report = _Report(self.seconds)
        saved = self.seconds
        while (done := max(self.step / len(self.batches), self.seconds / most_seconds)) < 1:
            began = time.monotonic()
            if done >= self.stage.eight_bits_from and not self.eight_bits:
                self._round()
            batch = collate(self.batches[self.step]).to(self.device)
            warm = min(1, (self.step + 1) / self.stage.warm_up_steps)
            loss = self._learn(batch, warm * max(LOWEST_SHARE, 1 - done))
            self.step += 1
            self.seconds += time.monotonic() - began
            report.add(loss, batch.ids.numel())
            if self.step % REPORT_STEPS == 0:
                print(
                    f"{self.step}/{len(self.batches)} {self.seconds:.0f} s {report.line(self.seconds)}",
                    flush=True,
                )
                report = _Report(self.seconds)
            if self.seconds - saved > CHECKPOINT_SECONDS:
                self._save()
                saved = self.seconds
        self.network.eval()

    def _round(self) -> None:
        """Go on in eight bits; what was cut off after this has its smoothing already."""
        if all(bool((part.smooth == 1).all()) for part in self.network.modules() if isinstance(part, Linear)):
            first = (collate(batch).to(self.device) for batch in self.batches[:WATCHED_BATCHES])
            smooth(self.network, ((batch.ids, batch.types) for batch in first))
        learn_in_eight_bits(self.network)
        self.eight_bits = True

    def _learn(self, batch: Batch, share: float) -> float:
        torch.manual_seed(self.stage.seed + self.step)  # a run that was cut off goes on as if it had not been
        for group in self.optimizer.param_groups:
            group["lr"] = group["base"] * share
        with torch.autocast(self.device, torch.bfloat16) if self.half else nullcontext():
            scores = self.network(batch.ids, batch.types)
        loss = loss_of(scores, batch)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        return loss.item()

    def _save(self) -> None:
        state = {"network": self.network.state_dict(), "optimizer": self.optimizer.state_dict()}
        unfinished = self.checkpoint.with_suffix(".unfinished")
        torch.save({**state, "step": self.step, "seconds": self.seconds}, unfinished)
        unfinished.replace(self.checkpoint)

    def _resume(self) -> None:
        if self.checkpoint.exists():
            state = torch.load(self.checkpoint, map_location=self.device)
            self.network.load_state_dict(state["network"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.step, self.seconds = state["step"], state["seconds"]


def _groups(network: Network, rate: float) -> list[dict]:
    """Return the weights in three groups: matrices, those that do not decay, heads that learn faster."""
    learnt = [(name, weight) for name, weight in network.named_parameters() if weight.requires_grad]
    heads = [weight for name, weight in learnt if name.startswith(("span", "pool", "answerable"))]
    others = [weight for name, weight in learnt if not name.startswith(("span", "pool", "answerable"))]
    return [
        {"params": [weight for weight in others if weight.ndim > 1], "base": rate, "weight_decay": 0.01},
        {"params": [weight for weight in others if weight.ndim < 2], "base": rate, "weight_decay": 0.0},
        {"params": heads, "base": rate * HEAD_RATE, "weight_decay": 0.01},
    ]


def main(words: Sequence[str] | None = None) -> None:
    """Read, train, save; `words` are those of the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="folder of the training files")
    parser.add_argument("start", type=Path, help="base.npz, or the network of the stage before")
    parser.add_argument("tokenizer", type=Path, help="tokenizer.json")
    parser.add_argument("folder", type=Path, help="where the network and its checkpoints go")
    parser.add_argument("--stage", choices=STAGES, default="ours")
    parser.add_argument("--minutes", type=float, default=600, help="the rate has fallen to nothing by then")
    arguments = parser.parse_args(words)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    stage = STAGES[arguments.stage]
    torch.manual_seed(stage.seed)
    torch.set_num_threads(min(2, torch.get_num_threads()))
    examples = encode(gather(arguments.data, stage), Tokenizer.from_file(str(arguments.tokenizer)))
    print(f"{len(examples)} examples, {sum(len(one.ids) for one in examples)} pieces", flush=True)
    network = load(arguments.start)
    trainer = Trainer(network, stage, examples, arguments.folder / f"{arguments.stage}.pt")
    trainer.run(arguments.minutes * 60)
    save(network, arguments.folder / f"{arguments.stage}.npz")


if __name__ == "__main__":
    main()
