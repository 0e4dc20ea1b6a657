"""Which sources share pages: what two of them name is looked at once where one does all that the other would."""

from collections.abc import Iterable, Mapping

from monitor._config_tables import ChannelSettings
from monitor.models import Source


def covering(source: Source, sources: Iterable[Source], channels: Mapping[str, ChannelSettings]) -> tuple[str, ...]:
    """The sources that do with a page all that this one would: the same parser, as many looks, the same channels told,
    the same quotes watched.

    Two that cover each other share: whichever named a page first keeps it.
    """
    return tuple(other.name for other in sources if other.name != source.name and _covers(other, source, channels))


def _covers(one: Source, other: Source, channels: Mapping[str, ChannelSettings]) -> bool:
    if one.parser != other.parser or (one.auto and not (other.auto and one.budget == other.budget)):
        return False
    told = all(name in one.channels and _takes(channels, name, one, other) for name in other.channels)
    return told and one.every <= other.every and set(other.quotes) <= set(one.quotes)


def _takes(channels: Mapping[str, ChannelSettings], name: str, one: Source, other: Source) -> bool:
    """Whether the channel takes from `one` what it takes from `other`."""
    only = channels[name].only.sources if name in channels else ()
    return not only or one.name in only or other.name not in only
