"""How often a signal is right and how often one is missed, against labels made by hand.

Precision is the share of what we say that the labels say, recall the share of what they say that we say: once for the
edits a signal is said of, once for the words it names. Words agree where one names all the other's in a row: "14" and
"14 days".
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from monitor.compare import compare
from monitor.disclose import verdict
from monitor.models import Signal, SignalName
from truth.edits import label_text
from truth.figure import Figure, counted
from truth.labels import BUILD, JUDGED, SETS, Labelled, Mention, labelled

SECTION = "signals"
AIM = 0.95
WITHOUT_WORDS = {SignalName.NOTE_ONLY, SignalName.DATE_ONLY, SignalName.HISTORY_REWRITTEN, SignalName.BACKDATED}
WITHOUT_WORDS |= {SignalName.MOVED_TEXT, SignalName.TITLE}
NOT_LABELLED = {SignalName.REVERTED, SignalName.SITEWIDE, SignalName.UNDERDECLARED, SignalName.TYPOGRAPHY}
"""What takes more than two texts to tell, a judgement of the note, or is measured over the feeds."""

_MARKS = re.compile(r"^\W+|[^\w%]+$")


class Said(NamedTuple):
    """An edit, its labels, and what we say of it."""

    labelled: Labelled
    told: dict[SignalName, set[Mention]]


def figures() -> Iterator[Figure]:
    """Precision and recall of each signal, for every set, and for all together that the rules were not made with."""
    together: dict[SignalName, list[Said]] = {}
    for group in SETS:
        said = [Said(each, _told(each)) for each in labelled(group)]
        stale = [each.labelled.edit.name for each in said if each.labelled.stale]
        yield counted(SECTION, f"{group}: edits whose labels stand on the page", stale, len(said), 1)
        for name in SignalName:
            if name not in NOT_LABELLED and name in JUDGED.get(group, SignalName):
                yield from _of_signal(group, name, said)
                together.setdefault(name, []).extend(said if group != BUILD else ())
    for name, said in together.items():
        yield from _of_signal("all but build", name, said)


def _of_signal(group: str, name: SignalName, said: list[Said]) -> Iterator[Figure]:
    yield from _of_edits(group, name, said)
    yield from _of_words(group, name, said) if name not in WITHOUT_WORDS else ()


def _told(each: Labelled) -> dict[SignalName, set[Mention]]:
    before, after = each.edit.before, each.edit.after
    found = verdict(before, after, compare(before, after)).signals
    texts = {"before": label_text(before), "after": label_text(after)}
    return {signal.name: {said for said in _mentions(signal) if _could_be(said, signal, texts)} for signal in found}


def _could_be(said: Mention, signal: Signal, texts: dict[str, str]) -> bool:
    """Whether labels can say this: a day that a page shows as its date of publication stands in none of its texts."""
    return signal.name is not SignalName.DATE or said[1] in texts[said[0]]


def _mentions(signal: Signal) -> Iterator[Mention]:
    """The signal's words by side, as `− old`, `+ new` or `old → new` say."""
    for words in signal.words:
        old, arrow, new = words.partition(" → ")
        if arrow:
            yield from (("before", old), ("after", new))
        elif words.startswith("− "):
            yield "before", words.removeprefix("− ")
        else:
            yield "after", words.removeprefix("+ ")


def _of_edits(group: str, name: SignalName, said: list[Said]) -> Iterator[Figure]:
    ours = {each.labelled.edit.name for each in said if name in each.told}
    theirs = {each.labelled.edit.name for each in said if name in each.labelled.signals}
    yield counted(SECTION, f"{group}: {name}, edits, precision", sorted(ours - theirs), len(ours), AIM)
    yield counted(SECTION, f"{group}: {name}, edits, recall", sorted(theirs - ours), len(theirs), AIM)


def _of_words(group: str, name: SignalName, said: list[Said]) -> Iterator[Figure]:
    pairs = [(each, each.told.get(name, set()), each.labelled.signals.get(name, set())) for each in said]
    extra = [_miss(each, words) for each, ours, theirs in pairs for words in _unmatched(ours, theirs)]
    missed = [_miss(each, words) for each, ours, theirs in pairs for words in _unmatched(theirs, ours)]
    yield counted(SECTION, f"{group}: {name}, words, precision", extra, sum(len(ours) for _, ours, _ in pairs), AIM)
    yield counted(SECTION, f"{group}: {name}, words, recall", missed, sum(len(theirs) for _, _, theirs in pairs), AIM)


def _miss(each: Said, mention: Mention) -> str:
    return f"{each.labelled.edit.name}: {mention[0]} {mention[1]}"


def _unmatched(mentions: Iterable[Mention], others: set[Mention]) -> list[Mention]:
    return sorted(mention for mention in mentions if not any(_agree(mention, other) for other in others))


def _agree(one: Mention, other: Mention) -> bool:
    words, others = _bare(one[1]), _bare(other[1])
    return one[0] == other[0] and (f" {words} " in f" {others} " or f" {others} " in f" {words} ")


def _bare(words: str) -> str:
    """The words without the marks around each."""
    return " ".join(filter(None, (_MARKS.sub("", word) for word in re.split(r"[\s-]+", words.casefold()))))
