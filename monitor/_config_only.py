"""`only` of a channel: what it takes."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from monitor import routes
from monitor._config_tables import SOME, Names, Table, one_or_many
from monitor.models import Disclosure, Filter, Kind, SignalName


def term(value: str) -> str:
    """A word, a phrase, or a regular expression between slashes; none that can take for ever."""
    routes.lint(value)
    return value


def phrase(value: str) -> str:
    """A word or a phrase."""
    routes.lint_words(value)
    return value


def lasting(value: SignalName) -> SignalName:
    """A signal that a change has when its channels are chosen."""
    if value is SignalName.SITEWIDE:
        raise ValueError("expected a signal of the edit itself: that others are like it is found out later")
    return value


Terms = Annotated[tuple[Annotated[str, AfterValidator(term)], ...], BeforeValidator(one_or_many), SOME]


class OnlyTable(Table):
    """`only` of a channel: what it takes. Every key that is there must hold."""

    source: Annotated[tuple[str, ...], BeforeValidator(one_or_many)] = ()
    kind: Annotated[tuple[Kind, ...], BeforeValidator(one_or_many)] = ()
    disclosure: Annotated[tuple[Disclosure, ...], BeforeValidator(one_or_many)] = ()
    signal: Annotated[tuple[Annotated[SignalName, AfterValidator(lasting)], ...], BeforeValidator(one_or_many)] = ()
    document_type: Names = ()
    publisher: Annotated[tuple[Annotated[str, AfterValidator(phrase)], ...], BeforeValidator(one_or_many), SOME] = ()
    words: Terms = ()
    added: Terms = ()
    removed: Terms = ()

    @property
    def filter(self) -> Filter:
        """What it says, as a value."""
        return Filter(
            self.source,
            self.kind,
            self.disclosure,
            self.signal,
            self.document_type,
            self.publisher,
            self.words,
            self.added,
            self.removed,
        )
