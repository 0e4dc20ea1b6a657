"""Decides in the sandbox where large texts are compared. The sandbox."""

from collections.abc import Mapping
from dataclasses import replace

from monitor.decide import decide
from monitor.models import Budget, Check, Decision, Event, Fetch, Filter, Known, Source
from monitor.sandbox import Sandbox, SandboxError

COMPARED_HERE = 100_000
"""Characters of two texts that are compared in this process; more may take seconds if all of them differ."""


async def decided_apart(
    sandbox: Sandbox, check: Check, known: Known, source: Source, filters: Mapping[str, Filter], budget: Budget | None
) -> Decision:
    """The decision; where comparing the texts takes too long, that of a brief comparison, made here.

    No rule looks at the page's bytes: they stay here.
    """
    fetch = check.fetch
    light = replace(check, fetch=replace(fetch, body=b""))
    try:
        decision = await sandbox.run(decide, light, known, source, filters, budget, large=True)
    except SandboxError:
        return decide(check, replace(known, briefly=True), source, filters, budget)
    events = tuple(_with_bytes(event, fetch) for event in decision.events)
    return replace(decision, check=replace(decision.check, fetch=fetch), events=events)


def _with_bytes(event: Event, fetch: Fetch) -> Event:
    version = event.version
    return replace(event, version=replace(version, fetch=fetch)) if version and version.fetch else event
