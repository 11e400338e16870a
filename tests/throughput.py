"""How many questions a second one web worker answers: `python -m tests.throughput [SECONDS]`.

The real worker with the sample page, its library in a real PostgreSQL, by webhook. First as many questions as it takes
are kept waiting (the sustained rate), then half as many a second come evenly (the latencies). Every question comes from
a chat of its own. Prints one JSON object; the double of the Bot API and the sender run on the same machine.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from bot.opening import SAMPLE
from tests.bot_api import BotApi
from tests.postgresql import PostgreSql
from tests.workers import REAL, ROOT, free_port, start_worker

WAITING = 8  # questions at once, while the most is measured
SECONDS = 60.0


class Sender:
    """Posts updates as Telegram does, and sees when their chats are answered."""

    def __init__(self, api: BotApi, port: int) -> None:
        lines = SAMPLE.with_name("questions.jsonl").read_text(encoding="utf-8").splitlines()
        self._questions = [json.loads(line)["question"] for line in lines]
        self._api, self._address = api, f"http://127.0.0.1:{port}/"
        self._client = httpx.Client(trust_env=False, timeout=30)
        self._chat = 10_000
        self.sent: dict[int, float] = {}

    def send(self) -> None:
        """Ask the next question in a new chat."""
        assert self._api.webhook is not None
        self._chat += 1
        self._api.user_says(self._questions[self._chat % len(self._questions)], user=self._chat)
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._api.webhook["secret_token"]}
        self.sent[self._chat] = time.monotonic()
        self._client.post(self._address, json=self._api.pushed[-1], headers=headers).raise_for_status()

    def answered(self) -> dict[int, float]:
        """Return for each chat how long it waited."""
        first: dict[int, float] = {}
        for call in list(self._api.calls):
            chat = int(call.parameters.get("chat_id", 0))
            if call.method == "sendMessage" and call.code == 200 and chat in self.sent:
                first.setdefault(chat, call.when - self.sent[chat])
        return first

    def finish(self) -> dict[int, float]:
        """Wait until all is answered; then forget it."""
        self._api.wait_for(lambda: len(self.answered()) == len(self.sent), 300)
        answered = self.answered()
        self.sent = {}
        return answered


def most(sender: Sender, seconds: float) -> float:
    """Return how many a second are answered while some always wait."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if len(sender.sent) - len(sender.answered()) < WAITING:
            sender.send()
        else:
            time.sleep(0.01)
    done = len(sender.answered())
    rate = done / (time.monotonic() - began)
    sender.finish()
    return rate


def latencies(sender: Sender, rate: float, seconds: float) -> list[float]:
    """Return how long each question waited at an even rate."""
    began = time.monotonic()
    for number in range(int(rate * seconds)):
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        sender.send()
    return sorted(sender.finish().values())


def with_worker(measure: Callable[[Sender], dict[str, float]]) -> dict[str, float]:
    """Start the worker over the sample and measure."""
    server, port = PostgreSql(), free_port()
    with tempfile.TemporaryDirectory(prefix="wenbao-throughput-") as name, BotApi() as api:
        folder = Path(name)
        environment = {**os.environ, "DATABASE_URL": server.url, "DATA_DIR": name}
        command = [sys.executable, "-m", "bot", "index", str(SAMPLE)]
        subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        values = {"DATABASE_URL": server.url, "LOG_LEVEL": "WARNING", "PORT": str(port)}
        values |= {"WEBHOOK_URL": "https://example.org/", "DOCUMENTS_DIR": str(folder / "none")}
        worker = start_worker(api, folder, folder / "output.txt", REAL, **values)
        try:
            api.wait_for(lambda: api.webhook is not None, 180)
            return measure(Sender(api, port))
        finally:
            worker.process.kill()
            worker.process.wait(10)
            server.close()


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS

    def measure(sender: Sender) -> dict[str, float]:
        most(sender, 5.0)  # warm
        rate = most(sender, seconds)
        waited = latencies(sender, rate / 2, seconds)
        return {
            "questions_a_second": round(rate, 1),
            "median_seconds_at_half": round(statistics.median(waited), 2),
            "p95_seconds_at_half": round(waited[int(0.95 * len(waited))], 2),
        }

    print(json.dumps(with_worker(measure) | {"load": round(os.getloadavg()[0], 1)}))


if __name__ == "__main__":
    main()
