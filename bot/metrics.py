"""What the worker counts, in the form that Prometheus reads: numbers alone, nobody's words and no chat."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


class Metrics:
    """Counters and latencies of one worker since its start."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self.received = self._counter("wenbao_updates_received", "Updates kept in the inbox")
        self.repeated = self._counter("wenbao_updates_repeated", "Updates that came again")
        self.taken_over = self._counter("wenbao_updates_taken_over", "Updates that a gone worker left")
        self.handled = self._counter("wenbao_updates_handled", "Updates handled to the end")
        self.errors = self._counter("wenbao_errors", "Handlers that failed, by kind of error", "kind")
        self.answers = self._counter("wenbao_answers", "Questions answered, by result", "result")
        self.calls = self._counter(
            "wenbao_telegram_calls", "Calls to Telegram, by outcome", "method", "outcome"
        )
        self.answering = self._histogram("wenbao_answer_seconds", "Searching and reading for one question")
        self.replying = self._histogram("wenbao_reply_seconds", "From the receipt of an update to its end")

    def show(self, name: str, what: str, look: Callable[[], float]) -> None:
        """Show what a function returns whenever somebody looks."""
        Gauge(name, what, registry=self._registry).set_function(look)

    def answered(self, *, found: bool, certain: bool, milliseconds: float) -> None:
        """Count an answer."""
        self.answers.labels("certain" if found and certain else "perhaps" if found else "none").inc()
        self.answering.observe(milliseconds / 1000)

    def text(self) -> bytes:
        """Return all of it."""
        return generate_latest(self._registry)

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(name, what, labels, registry=self._registry)

    def _histogram(self, name: str, what: str) -> Histogram:
        return Histogram(name, what, registry=self._registry, buckets=_SECONDS)
