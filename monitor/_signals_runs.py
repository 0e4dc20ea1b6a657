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
    for token, name, another in zip(tokens, marked, _lead_to_a_body(tokens, marked), strict=True):
        if run and name and not (_joins(run, token, text) or (not another and _is_listed(run, token, text))):
            yield run
            run = []
        if name:
            run.append(token)
    if run:
        yield run


def _lead_to_a_body(tokens: Sequence[Token], marked: Sequence[bool]) -> list[bool]:
    """Of each word whether it and the marked ones right after it end in what a body or a post is called."""
    leads: list[bool] = []
    for at in range(len(tokens) - 1, -1, -1):
        beside = bool(leads) and marked[at + 1] and tokens[at + 1].start == tokens[at].end + 1
        leads.append(leads[-1] if beside else tokens[at].is_body or tokens[at].is_post)
    return leads[::-1]


def _joins(run: list[Token], token: Token, text: str) -> bool:
    """Whether the word goes on with the name: beside it, or joined by "of" or the like."""
    last = run[-1]
    if _FOR.fullmatch(text, last.end, token.start):
        return any(each.is_body or each.is_post for each in run)
    if _JOIN.fullmatch(text, last.end, token.start):
        owner = last.bare
        if last.word.endswith(".") and not last.is_initial:
            return is_english(token.word)  # "the U.S. Fleet", no "in the U.S. Zabriskie said"
        return owner == last.word or bool(token.is_body and is_common(owner))
    return last.is_body and bool(_ON.fullmatch(text, last.end, token.start))


def _is_listed(run: list[Token], token: Token, text: str) -> bool:
    """Whether the word is one more thing that the body of the run is for: "Department of Nets and Quays"."""
    last = run[-1]
    common = is_common(last.bare) and is_common(token.bare) and not (token.is_post or token.is_body)
    if not common or not _LIST_JOIN.fullmatch(text, last.end, token.start):
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
