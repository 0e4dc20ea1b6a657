"""Which channels got a change, which did not, and why: for `monitor alerts --explain`."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor import routes
from monitor._pipeline_routes import refusal
from monitor.interfaces import Row
from monitor.models import AlertState, Change, Filter, SignalName, Source, Verdict
from monitor.sandbox import Sandbox

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.stores._reading import Reader

SINCE = "the configuration has changed since"


async def explained(reader: "Reader", change: Change, config: "Config") -> list[Row]:
    """A row for every channel of the configuration, and for those that are none of it any more but have an alert.

    `told` says whether there is an alert, `state` where it stands, `why` why there is one or none: the same rule that
    chose the channels is asked again, with what it knew then and what is configured today.
    """
    alerts = {row["channel"]: row for row in reader.alerts(limit=1000, change=change.id)}
    sides = reader.sides(change.id)
    subject = routes.Subject(change.kind, _then(change.verdict), change.comparison, *sides, change.quotes)
    source = next((source for source in config.sources if source.name == change.source), None)
    filters = {name: settings.only for name, settings in config.channels.items()}
    sandbox = Sandbox()
    try:
        return [
            _row(reader, channel, alerts.get(channel), *await _answer(sandbox, channel, filters, source, subject))
            for channel in (*filters, *(name for name in alerts if name not in filters))
        ]
    finally:
        await sandbox.aclose()


def _then(verdict: Verdict | None) -> Verdict | None:
    """The verdict as it was when the channels were chosen: that others were edited alike was found out later."""
    if verdict is None:
        return None
    return replace(verdict, signals=tuple(each for each in verdict.signals if each.name is not SignalName.SITEWIDE))


async def _answer(
    sandbox: Sandbox, channel: str, filters: dict[str, Filter], source: Source | None, subject: routes.Subject
) -> tuple[str | None, str]:
    """Why the channel is refused the change today (None: it is not), and why it takes it, where that needs saying."""
    if channel not in filters:
        return "there is no such channel in the configuration", ""
    if source is None:
        return "its source is not in the configuration", ""
    filter_ = filters[channel]
    if routes.has_patterns(filter_) and not subject.quotes:
        return await refusal(sandbox, channel, filter_, source, subject)
    watched = "a watched quote: told to all channels of its source" if subject.quotes else ""
    return routes.refusal(channel, filter_, source, subject), watched


def _row(reader: "Reader", channel: str, alert: Row | None, reason: str | None, taken: str) -> Row:
    return {
        "channel": channel,
        "told": alert is not None,
        "would_be_told": reason is None,
        "why": _why(reason, taken, told=alert is not None),
        "state": alert["state"] if alert else None,
        "alert": "; ".join(_words(reader, alert)) if alert else "not told",
        "alert_id": alert["id"] if alert else None,
        "attempts": alert["attempts"] if alert else None,
        "sent_at": alert["sent_at"] if alert else None,
        "next_attempt_at": alert["next_attempt_at"] if alert else None,
        "detail": alert["detail"] if alert else None,
        "told_with": alert["told_with"] if alert else None,
    }


def _why(reason: str | None, taken: str, *, told: bool) -> str:
    if told and reason:
        return f"{SINCE}; today it would not be told: {reason}"
    if told:
        return taken or "its source names it, and it takes the change"
    return reason or f"{SINCE}; today it would be told"


def _words(reader: "Reader", alert: Row) -> Iterator[str]:
    """Where an alert stands."""
    if alert["state"] == AlertState.SENT:
        yield f"sent at {alert['sent_at']}"
    elif alert["state"] == AlertState.FAILED:
        yield f"failed: {alert['detail']}"
    elif alert["next_attempt_at"]:
        yield f"pending until {alert['next_attempt_at']}"
        yield from filter(None, (alert["detail"],))
    else:
        yield f"pending: {alert['detail']}"
    if alert["told_with"]:
        together = [each for each in reader.told_together(alert["told_with"]) if each != alert["change_id"]]
        if together:
            yield f"in one message with {_listed(together)}"


def _listed(change_ids: list[int]) -> str:
    shown = ", ".join(map(str, change_ids[:5]))
    more = len(change_ids) - 5
    return f"{'change' if len(change_ids) == 1 else 'changes'} {shown}" + (f" and {more} more" if more > 0 else "")
