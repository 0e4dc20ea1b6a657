"""The metrics, read from the database when they are asked for; names as Prometheus has them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from threading import Lock

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from monitor import health
from monitor.config import Config
from monitor.interfaces import Row
from monitor.models import utc_time
from monitor.stores import _reading_metrics as reading_metrics
from monitor.stores._reading import Reader

PAGES = {
    "pages": "Pages that are watched.",
    "due": "Pages that wait for a look.",
    "overdue": "Pages due for more than two of their intervals, though their hosts do not rest.",
    "failing": "Pages whose last three looks or more went wrong.",
    "blocked": "Pages behind a bot wall, a login or a consent wall.",
    "robots": "Pages whose robots.txt forbids looking.",
    "removed": "Pages gone at three looks in a row.",
    "waiting": "Pages that a listing names and that have not had their turn.",
}

Reading = Callable[[], AbstractContextManager[Reader]]


class Metrics(Collector):
    """Collects from the database that `reading` opens; one scrape at a time, as counters go on from the last."""

    def __init__(self, config: Config, clock: Callable[[], datetime], reading: Reading) -> None:
        self._config = config
        self._clock = clock
        self._reading = reading
        self._totals = reading_metrics.Totals()
        self._one = Lock()

    def describe(self) -> list[Metric]:
        """Nothing: registering must not read the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Every metric as it stands now."""
        now = self._clock()
        with self._one, self._reading() as reader, reader.one_moment():
            standing = health.standing(reader, self._config, now)
            self._totals.update(reader)
            counts, oldest = reading_metrics.alerts(reader, self._totals)
            due = {row["source"]: row["due_at"] for row in reading_metrics.oldest_due(reader, now)}
            yield from _pages(standing["sources"])
            yield from self._counters()
            yield from _alerts(counts, {channel: _age(at, now) for channel, at in oldest.items()})
            yield from _times(standing["sources"], {source: _age(at, now) for source, at in due.items()})
            yield from _whole(standing)

    def _counters(self) -> Iterator[Metric]:
        checks = CounterMetricFamily("monitor_checks", "Looks at pages.", labels=("source", "outcome"))
        for labels, count in sorted(self._totals.checks.items()):
            checks.add_metric(labels, count)
        changes = CounterMetricFamily("monitor_changes", "Changes.", labels=("source", "kind", "disclosure"))
        for kinds, count in sorted(self._totals.changes.items()):
            changes.add_metric(kinds, count)
        yield from (checks, changes)


def registry(metrics: Metrics) -> CollectorRegistry:
    """A registry with these alone: nothing of the process is told twice, by us and by whoever embeds us."""
    made = CollectorRegistry()
    made.register(metrics)
    return made


def _pages(sources: list[Row]) -> Iterator[Metric]:
    for name, words in PAGES.items():
        title = "monitor_pages" if name == "pages" else f"monitor_pages_{name}"
        yield _by("source", title, words, {row["source"]: row[name] for row in sources})


def _alerts(counts: Mapping[tuple[str, str], int], ages: Mapping[str, float]) -> Iterator[Metric]:
    alerts = GaugeMetricFamily("monitor_alerts", "Alerts by where they stand.", labels=("channel", "state"))
    for labels, count in sorted(counts.items()):
        alerts.add_metric(labels, count)
    yield alerts
    words = "How long ago the oldest alert that is not sent yet was made."
    yield _by("channel", "monitor_oldest_pending_alert_age_seconds", words, ages)


def _times(sources: list[Row], ages: Mapping[str, float]) -> Iterator[Metric]:
    words = "For how long the page that waits longest has been due; 0 where none is."
    by_source = {row["source"]: ages.get(row["source"], 0.0) for row in sources}
    yield _by("source", "monitor_oldest_due_age_seconds", words, by_source)
    last = {row["source"]: utc_time(row["checked_at"]).timestamp() for row in sources if row["checked_at"]}
    yield _by("source", "monitor_last_check_timestamp_seconds", "When a page was looked at last.", last)
    spent = {row["source"]: row["spent"] for row in sources if row["spent"] is not None}
    yield _by("source", "monitor_looks_spent_today", "Looks of this day (UTC) that count against a budget.", spent)
    budgets = {row["source"]: row["budget"] for row in sources if row["budget"]}
    yield _by("source", "monitor_looks_budget_per_day", "Looks that a day may have.", budgets)


def _whole(standing: Row) -> Iterator[Metric]:
    size = GaugeMetricFamily("monitor_database_bytes", "Size of the database's file.", standing["database_bytes"])
    running = GaugeMetricFamily("monitor_daemon_running", "1: a daemon is at work.", int(bool(standing["daemon"])))
    needs = len(health.needs_a_person(standing))
    person = GaugeMetricFamily("monitor_needs_a_person", "Things that monitor status says need a person.", needs)
    yield from (size, running, person)


def _by(label: str, name: str, words: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=(label,))
    for key, value in sorted(values.items()):
        family.add_metric((key,), value)
    return family


def _age(at: str, now: datetime) -> float:
    return max(0.0, (now - utc_time(at)).total_seconds())
