"""Metrics of this process, for a monitoring system. No label names a person, an account or a workspace.

Counters begin at nothing when the process starts. What became of a nudge is counted when it is decided, inside the
transaction that writes it down.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from typing_extensions import override

from bot.clock import seconds

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
REGISTRY = CollectorRegistry()

ACKS = Histogram(
    "kam_ack_seconds",
    "From a delivery's arrival to its answer, by kind.",
    ["kind"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0),
    registry=REGISTRY,
)
FATES = Counter("kam_nudges_ended", "Nudges that came to their fate.", ["fate", "rule"], registry=REGISTRY)
HELD = Counter("kam_nudges_held", "Times that a rule held a nudge.", ["rule"], registry=REGISTRY)
UNCLEAR = Counter("kam_posts_unclear", "Posts to which Slack gave no clear answer.", registry=REGISTRY)
LATENESS = Histogram(
    "kam_nudge_lateness_seconds",
    "From the moment a nudge was due to the moment it was posted; without those that a rule held in between.",
    buckets=(1, 2, 5, 15, 60, 300, 1800, 7200),
    registry=REGISTRY,
)
SLACK_ERRORS = Counter("kam_slack_errors", "Calls that Slack refused, by Slack's word.", ["word"], registry=REGISTRY)
WAITS = Counter("kam_rate_limit_waits", "Pauses that Slack asked for (429).", registry=REGISTRY)
WAITED = Counter("kam_rate_limit_wait_seconds", "Seconds of pause that Slack asked for.", registry=REGISTRY)
TICKS = Histogram(
    "kam_tick_seconds", "Time of one tick.", ["tick"], buckets=(0.01, 0.1, 1, 10, 60, 300), registry=REGISTRY
)
TICKED = Gauge("kam_tick_last_end_timestamp_seconds", "When a tick last ended well.", ["tick"], registry=REGISTRY)
FAILURES = Counter("kam_failures", "Errors that nobody foresaw, by where.", ["where"], registry=REGISTRY)
PLAYS = Gauge("kam_plays", "Plays in use.", registry=REGISTRY)
PLAY_ERRORS = Gauge("kam_play_errors", "Errors in the playbooks as they were last read.", registry=REGISTRY)
RELOADS = Counter("kam_playbook_reloads", "New playbooks, by what became of them.", ["result"], registry=REGISTRY)

for _word in ("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"):
    SLACK_ERRORS.labels(_word)
for _fate in ("failed", "unknown"):
    FATES.labels(_fate, "")
for _where in ("listener", "tick", "nudge", "job", "thread"):
    FAILURES.labels(_where)  # from nothing to one must be seen as a change
for _result in ("used", "refused"):
    RELOADS.labels(_result)

Reading = Callable[[], Iterable[tuple[str, str, float]]]


@contextmanager
def ticking(name: str) -> Iterator[None]:
    """Takes the time of a tick; one that fails does not count as ended."""
    began = seconds()
    yield
    TICKS.labels(name).observe(seconds() - began)
    TICKED.labels(name).set_to_current_time()


class Live(Collector):
    """Figures that are read when somebody asks, as (name, help, value)."""

    def __init__(self, read: Reading) -> None:
        self._read = read

    @override
    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, told, value in self._read():
            yield GaugeMetricFamily(name, told, value=value)


def page(read: Reading) -> bytes:
    """All metrics in Prometheus's text format; `read` gives those of this moment."""
    live = CollectorRegistry()
    live.register(Live(read))
    return generate_latest(REGISTRY) + generate_latest(live)
