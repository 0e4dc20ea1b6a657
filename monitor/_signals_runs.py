"""Which words with a capital make one name together. Pure."""

import re
from collections.abc import Iterator, Sequence

from monitor._signals_english import is_english
from monitor._signals_tokens import Token, is_common

_PARTICLE = "of|&|d[aeio]|des|du|del|della|dos|das|la|le|v[ao]n|der|den|y|e|al|bin|ibn"
_JOIN = re.compile(rf"\s(?:(?:{_PARTICLE})\s(?:the\s)?)?")
_LIST_JOIN = re.compile(r",?\s(?:and\s)?")  # only where what is listed belongs to one office: "Department of X and Y"
_ON = re.compile(r"\son\s(?:the\s)?")  # "Committee on Fisheries"
_FOR = re.compile(r"\sfor\s(?:the\s)?")  # "Department for Ports", no "harbours in Slovenia for UK boats"
_OFFICE = re.compile(r"\s(?:of|for)\s")
_LONGEST_BODY = 12  # words of what a body is called


def runs_of(text: str, tokens: Sequence[Token], marked: Sequence[bool]) -> list[list[Token]]:
    """The marked words, those of one name together, in order."""
    return _compounds(text, list(_runs(tokens, marked, text)))


def _runs(tokens: Sequence[Token], marked: Sequence[bool], text: str) -> Iterator[list[Token]]:
    """Marked words that make one name together."""
    run: list[Token] = []
    for token, name in zip(tokens, marked, strict=True):
        if run and name and not _joins(run, token, text):
            yield run
            run = []
        if name:
            run.append(token)
    if run:
        yield run


def _joins(run: list[Token], token: Token, text: str) -> bool:
    """Whether the word goes on with the name: beside it, joined by "of", or listed as in "Department of X and Y"."""
    last = run[-1]
    if _FOR.fullmatch(text, last.end, token.start):
        return any(each.is_body or each.is_post for each in run)
    if _JOIN.fullmatch(text, last.end, token.start):
        owner = last.bare
        if last.word.endswith(".") and not last.is_initial:
            return is_english(token.word)  # "the U.S. Fleet", no "in the U.S. Zabriskie said"
        return owner == last.word or bool(token.is_body and is_common(owner))
    if last.is_body and _ON.fullmatch(text, last.end, token.start):
        return True
    listed = is_common(last.bare) and is_common(token.bare) and not (token.is_post or token.is_body)
    if not listed or not _LIST_JOIN.fullmatch(text, last.end, token.start):
        return False
    return any(each.is_body for each in run) and bool(_OFFICE.search(text, run[0].start, last.end))


def _compounds(text: str, runs: list[list[Token]]) -> list[list[Token]]:
    """The runs, those joined that list what one body is for: "Nets", "Tidal Agency" in "Nets and Tidal Agency"."""
    joined: list[list[Token]] = []
    for run in reversed(runs):
        if joined and _leads(text, run, joined[-1]):
            run = [*run, *joined.pop()]
        joined.append(run)
    return joined[::-1]


def _leads(text: str, run: list[Token], following: list[Token]) -> bool:
    """Whether a run of common words is listed before what a body of common words is called."""
    listed = _LIST_JOIN.fullmatch(text, run[-1].end, following[0].start)
    if not listed or len(following) > _LONGEST_BODY or not following[-1].is_body:
        return False
    told = any(token.is_body or token.is_post or token.starts or token.bare != token.word for token in run)
    return not told and all(is_english(token.word) for token in (*run, *following))
