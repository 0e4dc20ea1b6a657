"""The names a text gives: people, places and organisations, told by their capitals. Pure."""

import re
from collections import Counter
from itertools import pairwise, zip_longest

from monitor._signals_english import is_english
from monitor._signals_languages import is_foreign, is_german
from monitor._signals_lexicon import (
    BODY,
    FIELD,
    ILLNESS,
    INSTITUTION,
    NOBLE,
    OPENER,
    PAPER,
    PART,
    PEOPLE,
    POST,
    RANK,
    is_plural,
)
from monitor._signals_mentions import REFERENCE, Mention, blanked
from monitor._signals_runs import runs_of
from monitor._signals_tokens import (
    LOOK_BACK,
    POSSESSIVE,
    Token,
    in_order,
    is_common,
    is_title,
    title_end,
    tokens_of,
)
from monitor._signals_vocabulary import Vocabulary
from monitor.words import STOP_WORD

_OF = re.compile(r"\s\w+\s(?:the\s)?(?<!\sand\s)")
_INITIALS = re.compile(r"\.|(?<=\b[^\W\d_])\s(?=[^\W\d_]\b)|(?<=\b[^\W\d_]\.)\s(?=[^\W\d_]\b)")
_MARKS = re.compile(r"[\W_]+")
_ACRONYM = re.compile(r"[A-Z]{2,}s?")
_POST = rf"(?:{POST.pattern})"
_TO_A_POST = re.compile(rf"\s(?:and|&)\s(?:[A-Z][\w-]*\s){{0,3}}{_POST}\b")
_OF_A_POST = re.compile(rf"\b{_POST}(?:,\s|\s(?:of|for)\s)(?:[A-Z][\w-]*\s){{0,3}}(?:and\s)?$")
_POST_BACK = 60  # characters before a word in which a post is looked for
_OF_AN_ILLNESS = re.compile(rf"\s(?:{ILLNESS.pattern})s?\b")
_ORDINAL = re.compile(r"[IVX]+")  # "Chapter IV"
_GENERAL = re.compile(r"Generals?")  # "Attorney General"
_OF_A_PAGE = re.compile(r"\s(?:web\s?)?pages?\b")
_BEFORE_A_NAME = re.compile(r"\b(?:in|at|from|near|such\sas|including)\s$")
_LISTED = re.compile(r"\b([A-Z][\w’'-]*)(?:,|,?\s(?:and|or))\s$")
_LISTED_BACK = 40  # characters before a word in which the name is looked for that it is listed with
_AFTER_A_TITLE = re.compile(r"\b(?:M(?:rs?|s|RS?|S)|D[rR]|Sir|Lord|Lady)\.?\s$")
_AFTER_A_NAME = re.compile(r"[’']s\b|[,;)]|\.?$|\.\s|\s(?:and|or|in|on|at|for|is|was|ha[sd])\b")
_ENTRY = 4  # words of a list entry or table cell that may be nothing but a name


def names(text: str, seen: Vocabulary, *, entry: bool = False) -> list[Mention]:
    """Runs of words that are a name, in order. `entry`: a list entry or a cell, which may be a name as a whole.

    A capital at the start of a sentence makes a name only where more speaks for it: letters all capital, another
    capital next to it, or the same word with a capital inside a sentence.
    """
    tokens = _opened(tokens_of(blanked(REFERENCE, text)), seen)
    whole = (
        entry and len(tokens) <= _ENTRY and all(token.is_capital or STOP_WORD.fullmatch(token.bare) for token in tokens)
    )
    title = len(text) if whole else title_end(text, tokens)
    words = [token.word for token in tokens]
    foreign = is_foreign(words)
    marked = [
        token.is_capital
        and not _OF_AN_ILLNESS.match(text, token.end)
        and not STOP_WORD.fullmatch(token.bare)
        and (token.start < title or _is_name(token, following, seen))
        and not (foreign and token.starts and not token.word.isupper() and token.key not in seen.known)
        for token, following in zip_longest(tokens, tokens[1:])
    ]
    runs = runs_of(text, tokens, marked)
    weak = (run[0].start < title or any(token.loud for token in run) for run in runs)
    cores = (_core(text, run, seen, weak=is_weak) for run, is_weak in zip(runs, weak, strict=True))
    nouns = foreign and is_german(words)
    return [_name(text, run) for run in cores if run and not (nouns and _may_be_a_noun(run))]


def _may_be_a_noun(run: list[Token]) -> bool:
    """Whether this is one word, or words held together by others, where every noun has a capital."""
    beside = any(token.end + 1 == following.start for token, following in pairwise(run))
    return not beside and not run[0].word.isupper()


def _opened(tokens: list[Token], seen: Vocabulary) -> list[Token]:
    """The tokens; those that open a link start, as the first word of a sentence does."""
    words = [*(token.word for token in tokens), ""]
    return [
        token._replace(starts=True) if (token.word, following) in seen.openings else token
        for token, following in zip(tokens, words[1:], strict=True)
    ]


def _core(text: str, run: list[Token], seen: Vocabulary, *, weak: bool) -> list[Token]:
    """The words of a run that make it a name; none where it is common words or a post alone.

    `weak`: in a title or an entry, where every word may have a capital, the common words around a name are none of it.
    """
    run = run[_first(text, run, seen, weak=weak) :]
    proper = [at for at, token in enumerate(run) if not seen.is_common(token)]
    bodies = [at for at, token in enumerate(run) if token.is_body]
    if _is_post(run) or _OF_A_PAGE.match(text, run[-1].end):
        return []
    if len(run) > 1 and bodies:
        whole = run[: _end(run, [*proper, *bodies])] if weak else run
        return whole if len(whole) > 1 or _stands_alone(text, whole[0], seen) else []
    if _is_of_a_post(text, run) or _is_paper(run) or _is_kind(run):
        return []
    if len(run) > 1 and NOBLE.fullmatch(run[0].word):
        return run
    if not proper and (weak or run[0].starts):
        return []
    core = run[slice(*_extended(run, proper, seen))] if weak and proper else run
    return core if len(core) > 1 or _stands_alone(text, core[0], seen) else []


def _first(text: str, run: list[Token], seen: Vocabulary, *, weak: bool) -> int:
    """Where the name in a run may begin: "Fifth Harbour Meeting", and in a title "Readout of the …"."""
    for at, (token, following) in enumerate(pairwise(run)):
        joined = weak and _OF.fullmatch(text, token.end, following.start) and not (token.is_post or token.is_body)
        if not (OPENER.fullmatch(token.bare) or (joined and seen.is_common(token))):
            return at
    return len(run) - 1


def _extended(run: list[Token], proper: list[int], seen: Vocabulary) -> tuple[int, int]:
    """Where a name in a title begins and ends: with "South" or a first name before its words, and a common surname."""
    start, last = proper[0], proper[-1]
    part = start and (PART.fullmatch(run[start - 1].word) or run[start].is_initial)
    if part and run[start - 1].end + 1 == run[start].start:
        start -= 1
    rest = run[last + 1 :]
    if rest and rest[0].start == run[last].end + 1 and (run[last].is_initial or _is_surname(rest, seen)):
        last += 1
    return start, last + 1


def _is_surname(rest: list[Token], seen: Vocabulary) -> bool:
    """Whether the one word that is left may be a common surname, no verb and nothing that the page writes small."""
    word = rest[0].word
    verb_or_paper = word.endswith(("s", "ed", "ing")) or PAPER.fullmatch(word)
    return len(rest) == 1 and not verb_or_paper and rest[0].key not in seen.common


def _end(run: list[Token], telling: list[int]) -> int:
    """Where a name in a title ends: after the last word that tells it, or with all that is joined to that."""
    last = max(telling)
    joined = last + 1 < len(run) and run[last + 1].start > run[last].end + 1
    return len(run) if joined else last + 1


def _is_post(run: list[Token]) -> bool:
    """Whether common words end in a post: "Group Leader", no "Office of the Spokesperson"."""
    last = run[:-1] if len(run) > 1 and _GENERAL.fullmatch(run[-1].bare) else run
    beside = len(last) == 1 or last[-1].start == last[-2].end + 1
    return last[-1].is_post and beside and all(is_common(token.bare) or token.is_post for token in run)


def _is_paper(run: list[Token]) -> bool:
    """Whether common words are what publishers call a paper or a page: "Full Report"."""
    return bool(PAPER.fullmatch(run[-1].word)) and all(is_common(token.bare) for token in run)


def _is_kind(run: list[Token]) -> bool:
    """Whether common words are what many bodies are ("Harbour Committees"), a field of work, or a tax."""
    last = run[-1].bare
    return all(is_common(token.bare) for token in run) and (is_plural(last) or bool(FIELD.fullmatch(last)))


def _is_of_a_post(text: str, run: list[Token]) -> bool:
    """Whether common words are a post, its beginning or its field: "Harbour Needs and Training Manager"."""
    if not all(is_common(token.bare) or token.is_post for token in run):
        return False
    before, end = run[0].start, run[-1].end
    leads = _TO_A_POST.match(text, end) or _OF_A_POST.search(text, max(0, before - _POST_BACK), before)
    return any(token.is_post for token in run) or bool(leads)


def _stands_alone(text: str, token: Token, seen: Vocabulary) -> bool:
    """Whether one word is a name: one that English does not know, or one that stands where a name would.

    That is in a sentence, after "in", "from" or another name of a list, and before no word that it could describe.
    """
    if token.is_body or token.is_post:
        return bool(INSTITUTION.fullmatch(token.bare))
    if not is_common(token.bare):
        return not (token.is_initial or _ORDINAL.fullmatch(token.bare))
    if _AFTER_A_TITLE.search(text, max(0, token.start - LOOK_BACK), token.start):
        return True
    if seen.is_common(token) or not _AFTER_A_NAME.match(text, token.end):
        return False
    back = max(0, token.start - _LISTED_BACK)
    listed = _LISTED.search(text, back, token.start)
    return bool(_BEFORE_A_NAME.search(text, back, token.start)) or bool(listed and not is_common(listed[1]))


def _name(text: str, run: list[Token]) -> Mention:
    """A run as a mention; a people or language without more ("British nationals") is a weak one."""
    words = POSSESSIVE.sub("", text[run[0].start : run[-1].end])
    people = [bool(PEOPLE.fullmatch(token.word)) for token in run]
    others = [token.word for token, is_people in zip(run, people, strict=True) if not is_people]
    weak = any(people) and all(is_common(word) and not BODY.fullmatch(word) for word in others)
    return Mention(words, in_order(RANK.sub("", words)).strip(), run[0].start, weak)


def _is_name(token: Token, following: Token | None, seen: Vocabulary) -> bool:
    """Whether this capital is that of a name."""
    if _ACRONYM.fullmatch(token.word):
        return token.key not in seen.common
    if (token.word.isupper() and len(token.word) > 1) or token.key in seen.known:
        return True
    if not token.starts:
        return True
    if token.word.isalpha() and not is_english(token.word):
        return token.key not in seen.common
    if following and following.word in ("of", "for") and token.is_body:
        return True
    beside = following is not None and following.is_capital and not following.starts
    return beside and token.key not in seen.common and not OPENER.fullmatch(token.bare)


def same_name(one: Mention, other: Mention) -> bool:
    """Whether two mentions name the same: without spaces and marks, or without the post before a person's name."""
    if _MARKS.sub("", one.words).casefold() == _MARKS.sub("", other.words).casefold():
        return True
    short, long = sorted((one.key, other.key), key=len)
    post = long.removesuffix(f" {short}").split() if long.endswith(f" {short}") else []
    words = short.split()
    person = len(words) > 1 and not any(BODY.fullmatch(word.capitalize()) for word in words)
    return person and len(post) == 1 and not all(map(is_english, words))


def spelt_together(name: str, text: str) -> bool:
    """Whether the name stands in the text with other points, or spaces between initials: "J. D. Finch", "JD Finch"."""
    return _squeezed(name) in _squeezed(text)


def reordered(name: str, text: str) -> bool:
    """Whether the words of the name stand together in the text in another order, at most one word between them.

    A title has them anywhere.
    """
    words, others = in_order(name).split(), in_order(text).split()
    size = len(others) if is_title(text) else len(words) + 1
    windows = (others[start : start + size] for start in range(max(1, len(others) - size + 1)))
    return len(words) > 1 and any(Counter(words) <= Counter(window) for window in windows)


def _squeezed(text: str) -> str:
    return _INITIALS.sub("", text).casefold()
