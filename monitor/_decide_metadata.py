"""What a look finds to differ in a page's metadata: recorded, but no version, no change and no alert. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from monitor.models import Decision, FieldChange, Known, Statement

RECORDED_MOST = 10
"""Differences of one field recorded beside one version. A page that alternates between two readings, or says another
thing at each look, is left alone from there on until its next version."""


def with_metadata(decision: Decision, after: Statement, known: Known) -> Decision:
    """The decision with what differs in the metadata from what was last known of the page.

    Nothing of a statement that is not believed yet. Where our parser changed, the version that says so speaks as its
    snapshot does: what was recorded beside the version before it is recorded again.
    """
    if known.version is None or not decision.outcome.healthy:
        return decision
    made = [event.version.statement for event in decision.events if event.version]
    recorded = () if made and made[-1] is not after else known.metadata_changes
    before = known.reread or known.version.statement
    return replace(decision, metadata_changes=differing(before, after, recorded))


def differing(before: Statement, after: Statement, recorded: Sequence[FieldChange]) -> tuple[FieldChange, ...]:
    """The fields that differ from what is known: what `before` says, and over it what was recorded since, in order."""
    known = said(before) | {change.field: change.after for change in recorded}
    times = Counter(change.field for change in recorded)
    return tuple(
        FieldChange(name, known[name], value, metadata=True)
        for name, value in said(after).items()
        if value != known[name] and times[name] < RECORDED_MOST
    )


def said(statement: Statement) -> dict[str, str | None]:
    """The metadata by field, as text: several values in the order of the alphabet, as their order says nothing.

    What surrounds the statement, `related` and `offers_emails`, is recorded here alone: no message speaks of it.
    """
    translations = [f"{translation.language} {translation.url}" for translation in statement.translations]
    return {
        "publishers": _listed(statement.publishers),
        "people": _listed(statement.people),
        "government": statement.government,
        "language": statement.language,
        "translations": _listed(translations),
        "keeps_history": _yes(statement.keeps_history),
        "related": _listed(statement.related),
        "offers_emails": _yes(statement.offers_emails),
    }


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _listed(values: Sequence[str]) -> str | None:
    return "; ".join(sorted(values)) or None
