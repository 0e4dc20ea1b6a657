"""What kinds of things an edit touched, each with the words it is about. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from monitor._signals_edits import edits
from monitor._signals_mentions import Finder, Mention, dates, figures, redated, references
from monitor._signals_names import names, reordered, same_name, spelt_together
from monitor._signals_notes import is_owned, is_said, trifling
from monitor._signals_places import moved_texts, other_entries
from monitor._signals_swaps import Edit, Swap, anchored, differing, exchanged, swapped, told, touched
from monitor._signals_tokens import in_order
from monitor._signals_typography import typography
from monitor._signals_vocabulary import Vocabulary, vocabulary
from monitor._signals_wording import modals, negations, quotations, whole_quotation
from monitor.dates import day, in_words, later
from monitor.history import new_notes, note_line, note_pairs, rewritten
from monitor.models import Block, BlockChange, BlockKind, Comparison, Signal, SignalName, Statement

_DATES = ("published_at", "updated_at", "delivered_on")
_SUBSTANCE = (SignalName.FIGURE, SignalName.DATE, SignalName.NAME, SignalName.MODAL, SignalName.NEGATION)


class Context(NamedTuple):
    """The words of both statements, and of the blocks that went and came as a whole: keys in order, as `in_order`."""

    before: str
    after: str
    went: str
    came: str


Words = Mapping[SignalName, Sequence[str]]


def signals(before: Statement, after: Statement, comparison: Comparison) -> tuple[Signal, ...]:
    """Every signal of this edit but `reverted` and `sitewide`, which take more than two versions to tell."""
    found = {**typography(comparison), **_claimed(before, after, comparison)}
    if SignalName.TYPOGRAPHY not in found:
        found |= {**_mentioned(before, after, comparison), **_shown(before, after, comparison)}
        found[SignalName.UNDERDECLARED] = _underdeclared(before, after, comparison)
    return tuple(Signal(name, tuple(dict.fromkeys(found[name]))) for name in SignalName if found.get(name))


# --- what the text says ----------------------------------------------------------------------------------------------


def _mentioned(before: Statement, after: Statement, comparison: Comparison) -> Words:
    passages = edits(before, after, comparison)
    links = {link.text for block in (*before.body, *after.body) for link in block.links}
    seen = vocabulary({*_texts(before), *_texts(after)}, [text for edit in passages for text in edit[:2]], links)
    finders: dict[SignalName, Finder] = {
        SignalName.FIGURE: figures,
        SignalName.MODAL: modals,
        SignalName.NEGATION: negations,
    }
    found = {name: touched(passages, partial(_swaps, find)) for name, find in finders.items()}
    words = _context(before, after, comparison)
    found[SignalName.NAME] = touched(passages, lambda edit: _name_swaps(edit, seen, words))
    found[SignalName.DATE] = [
        *touched(passages, _date_swaps),
        *_date_words(comparison, ("published_at", "delivered_on")),
    ]
    found[SignalName.QUOTATION] = told(_quotation_swaps(comparison))
    return found


def _swaps(find: Finder, edit: Edit) -> list[Swap]:
    old, new = find(edit.before), find(edit.after)
    return differing(*anchored(edit, old, new)) or exchanged(edit, old, new)


def _date_swaps(edit: Edit) -> list[Swap]:
    """Dates, and those that kept their day under another weekday."""
    old, new = dates(edit.before), dates(edit.after)
    return [*redated(old, new), *differing(*anchored(edit, old, new))] or exchanged(edit, old, new)


def _texts(statement: Statement) -> tuple[str, ...]:
    return statement.title, statement.lead or "", *(block.text for block in statement.body)


def _context(before: Statement, after: Statement, comparison: Comparison) -> Context:
    went = (change.before.text for change in comparison.blocks if change.before and not change.after)
    came = (change.after.text for change in comparison.blocks if change.after and not change.before)
    texts = ("\n".join((side.text, *(file.title for file in side.attachments))) for side in (before, after))
    return Context(*(in_order(text) for text in (*texts, "\n".join(went), "\n".join(came))))


def _name_swaps(edit: Edit, seen: Vocabulary, context: Context) -> list[Swap]:
    """Names, without those that stand on the other side written otherwise ("the Government", "the government").

    A text that came or went as a whole is held against the whole of the other statement, an edited one also against
    what came or went as a whole: a divided paragraph loses no name.
    """
    if in_order(edit.before) == in_order(edit.after):
        return []
    old, new = (names(text, seen, entry=edit.entry) for text in (edit.before, edit.after))
    known = in_order(edit.block) + context.went if edit.block else context.before
    known_after = in_order(edit.new_block) + context.came if edit.new_block else context.after
    kept = [
        swap
        for swap in differing(*anchored(edit, old, new))
        if not (swap[0] and swap[1] and same_name(swap[0], swap[1]))
        and (_fuller(swap) or _not_in(known_after, edit.after, swap[0]) or _not_in(known, edit.before, swap[1]))
    ]
    places = [swap for swap in exchanged(edit, old, new) if _took_places(edit, swap)]
    numbered = differing(references(edit.before), references(edit.after))
    return list(dict.fromkeys([*numbered, *kept, *places]))


def _fuller(swap: Swap) -> bool:
    """Whether a name came in a fuller form or went into a shorter one: "Warwick", "University of Warwick"."""
    if not (swap[0] and swap[1]):
        return False
    short, long = sorted((swap[0].key, swap[1].key), key=len)
    return f" of {short}" in long or f"{short} of " in long


def _took_places(edit: Edit, swap: Swap) -> bool:
    """Whether one name stands where another stood, neither a part of the other, and both still stand in the text."""
    old, new = (in_order(name.words) if name else "" for name in swap)
    if not old or not new or old in new or new in old:
        return False
    return old in in_order(edit.after) and new in in_order(edit.before)


def _not_in(known: str, text: str, name: Mention | None) -> bool:
    """Whether a name stands nowhere on the other side, in other points and spaces or another order neither."""
    return name is not None and not (
        in_order(name.words) in known or spelt_together(name.words, text) or reordered(name.words, text)
    )


def _quotation_swaps(comparison: Comparison) -> list[Swap]:
    texts = [change for change in comparison.fields if change.field in ("title", "lead")]
    pairs = [
        *((quotations(change.before or ""), quotations(change.after or "")) for change in texts),
        *((_quoted(change.before), _quoted(change.after)) for change in comparison.blocks),
    ]
    return [swap for old, new in pairs for swap in differing(old, new)]


def _quoted(block: Block | None) -> list[Mention]:
    """The quotations in a block; a block quotation is one as a whole, with or without marks."""
    if block is None:
        return []
    return [whole_quotation(block.text)] if block.kind is BlockKind.QUOTATION else quotations(block.text)


def _date_words(comparison: Comparison, fields: Sequence[str]) -> list[str]:
    return [
        swapped(change.before and in_words(change.before), change.after and in_words(change.after))
        for change in comparison.fields
        if change.field in fields
    ]


# --- what the page shows ---------------------------------------------------------------------------------------------


def _shown(before: Statement, after: Statement, comparison: Comparison) -> Words:
    blocks = comparison.blocks
    return {
        SignalName.LIST_ENTRY: other_entries(comparison),
        SignalName.LINK: _links(blocks),
        SignalName.ATTACHMENT: _field_words(comparison, "attachments"),
        SignalName.TITLE: _field_words(comparison, "title"),
        SignalName.MOVED_TEXT: moved_texts(comparison),
    }


def _field_words(comparison: Comparison, name: str) -> list[str]:
    return [swapped(change.before, change.after) for change in comparison.fields if change.field == name]


def _links(blocks: Sequence[BlockChange]) -> list[str]:
    """Targets that changed, links that came or went; not those that went here and came there."""
    pairs = [(old, new) for change in blocks for old, new in change.links if not (old and new and old.url == new.url)]
    gone = Counter(old.url for old, new in pairs if old and not new)
    come = Counter(new.url for old, new in pairs if new and not old)
    return [
        swapped(f"{old.text} {old.url}" if old else None, f"{new.text} {new.url}" if new else None)
        for old, new in pairs
        if (old and new) or not all(urls[link.url] for link in (old, new) if link for urls in (gone, come))
    ]


# --- what the publisher claims ---------------------------------------------------------------------------------------


def _claimed(before: Statement, after: Statement, comparison: Comparison) -> Words:
    fields = set(comparison.field_names)
    notes = new_notes(before, after)
    return {
        SignalName.BACKDATED: _backdated(before, after),
        SignalName.HISTORY_REWRITTEN: [
            swapped(note_line(old), note_line(new)) for old, new in rewritten(before, after)
        ],
        SignalName.NOTE_ONLY: [note.text for note in notes] if fields <= {"notes", "updated_at"} else [],
        SignalName.DATE_ONLY: _date_words(comparison, _DATES) if fields <= {*_DATES} else [],
    }


def _backdated(before: Statement, after: Statement) -> list[str]:
    """Dates and entries moved into the past, and new entries dated before the newest known one."""
    moved = [(getattr(before, name), getattr(after, name)) for name in _DATES]
    moved += [(old.at, new.at) for old, new in note_pairs(before.notes, after.notes) if old and new]
    newest = max((day(note.at) for note in before.notes if note.at), default=None)
    inserted = [note for note in new_notes(before, after) if later(note.at and day(note.at), newest)]
    return [
        *(swapped(in_words(old), in_words(new)) for old, new in moved if later(new, old)),
        *(swapped(None, note_line(note)) for note in inserted),
    ]


def _underdeclared(before: Statement, after: Statement, comparison: Comparison) -> list[str]:
    """What notes that speak of trifles leave unsaid: the figures, dates, names, modals and negations touched."""
    notes = [note.text for note in new_notes(before, after)]
    if not trifling(notes):
        return []
    unowned = tuple(change for change in comparison.blocks if not is_owned(change, notes))
    found = _mentioned(before, after, replace(comparison, blocks=unowned))
    return [words for name in _SUBSTANCE for words in found[name] if not is_said(name, words, notes)]
