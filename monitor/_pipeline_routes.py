"""Tells no channel of a change whose regular expressions it does not meet: they are matched in the sandbox."""

from collections.abc import Mapping
from dataclasses import replace

from monitor import routes
from monitor.models import Decision, Event, Filter, Known, Source
from monitor.sandbox import Sandbox, SandboxError

TOOK_TOO_LONG = "a regular expression of channel {} could not be matched ({}): it is told"


async def narrowed(
    sandbox: Sandbox, decision: Decision, known: Known, source: Source, filters: Mapping[str, Filter]
) -> Decision:
    """The decision less the channels whose expressions refuse; one that cannot be matched in time refuses nothing, and
    the check says so."""
    for place, event in enumerate(decision.events):
        for channel in event.change.channels if event.change else ():
            if not routes.has_patterns(filters[channel]):
                continue
            refused, fault = await refusal(sandbox, channel, filters[channel], source, routes.subject(event, known))
            if refused:
                events = (*decision.events[:place], _without(decision.events[place], channel))
                decision = replace(decision, events=(*events, *decision.events[place + 1 :]))
            if fault:
                decision = _remarked(decision, fault)
    return decision


async def refusal(
    sandbox: Sandbox, channel: str, filter_: Filter, source: Source, change: routes.Subject | None
) -> tuple[str | None, str]:
    """Why the channel is not told, and what kept its expressions from being matched ("" where nothing did)."""
    try:
        return await sandbox.run(routes.refusal, channel, filter_, source, change), ""
    except SandboxError as error:
        return None, TOOK_TOO_LONG.format(channel, error)


def _without(event: Event, channel: str) -> Event:
    change = event.change
    if change is None:
        return event
    return replace(event, change=replace(change, channels=tuple(name for name in change.channels if name != channel)))


def _remarked(decision: Decision, words: str) -> Decision:
    check = decision.check
    detail = "; ".join(filter(None, (check.detail, words)))
    return replace(decision, check=replace(check, fetch=replace(check.fetch, detail=detail)))
