"""Decides in the sandbox where large texts are compared. The sandbox."""

from collections.abc import Mapping
from dataclasses import replace

from monitor.decide import decide
from monitor.models import Budget, Check, Decision, Event, Filter, Known, Source, Statement
from monitor.sandbox import Sandbox, SandboxError

COMPARED_HERE = 100_000
"""Characters of two texts that are compared in this process; more may take seconds if all of them differ."""

LEFT_OUT = Statement(url="", title="", parser="")
"""Stands for the look's own statement on the way back from the child."""


async def decided_apart(
    sandbox: Sandbox, check: Check, known: Known, source: Source, filters: Mapping[str, Filter], budget: Budget | None
) -> Decision:
    """The decision; where comparing the texts takes too long, that of a brief comparison, made here.

    No rule looks at the page's bytes: they stay here. The statement is not sent back: a second copy is as large.
    """
    light = replace(check, fetch=replace(check.fetch, body=b""))
    try:
        decision = await sandbox.run(_decided, light, known, source, filters, budget, large=True)
    except SandboxError:
        return decide(check, replace(known, briefly=True), source, filters, budget)
    reading = decision.check.reading and replace(decision.check.reading, statement=check.statement)
    whole = replace(decision.check, fetch=check.fetch, reading=reading)
    return replace(decision, check=whole, events=tuple(_whole(event, check) for event in decision.events))


def _decided(
    light: Check, known: Known, source: Source, filters: Mapping[str, Filter], budget: Budget | None
) -> Decision:
    """In the child: the decision without the statement."""
    decision = decide(light, known, source, filters, budget)
    reading = decision.check.reading and replace(decision.check.reading, statement=None)
    events = tuple(_without_statement(event, light) for event in decision.events)
    return replace(decision, check=replace(decision.check, reading=reading), events=events)


def _without_statement(event: Event, check: Check) -> Event:
    version = event.version
    own = version is not None and version.statement is check.statement
    return replace(event, version=replace(version, statement=LEFT_OUT)) if version and own else event


def _whole(event: Event, check: Check) -> Event:
    version = event.version
    if version is None:
        return event
    if check.statement and version.statement == LEFT_OUT:
        version = replace(version, statement=check.statement)
    return replace(event, version=replace(version, fetch=check.fetch if version.fetch else None))
