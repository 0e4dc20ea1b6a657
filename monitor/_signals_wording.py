"""The words of a text that change what it means or says: modals, negations, quotations. Pure.

The rules are for English; quotations are found in any language.
"""

import re

from monitor._signals_mentions import Mention

# --- modals and negations --------------------------------------------------------------------------------------------

_MODAL = re.compile(
    r"(?P<cannot>\b[Cc]an(?:\s?not|[’']t)\b)"
    r"|\b(?i:(?P<verb>must|should|shall|would|can|could|might|ought to|ha(?:ve|s|d) to|needs? to"
    r"|(?:required|obliged|allowed|permitted|entitled|expected|supposed|able|unable) to)(?:n[’']t)?)(?!\w)"
    r"|(?P<may>\bmay\b|(?:^|(?<=[.?!:] ))May(?=\s[a-z]))"
    r"|(?P<will>\bwill\b|(?:^|(?<=[.?!:] ))Will(?=\s[a-z])|\b\w+[’']ll\b|\b[Ww]on[’']t\b)"
    r"|(?P<shall>\b[Ss]ha(?=n[’']t\b))"
)
_NEGATION = re.compile(
    r"\b(?P<word>never|without|neither|nor|none|nothing|nobody|nowhere)\b(?![-‑])"
    r"|(?P<no>\bno\b)(?![-‑]|\.?\s?\d)"
    r"|(?P<not>\bnot\b(?![-‑])|\bcannot\b|\b\w{1,7}n[’']t\b)",
    re.IGNORECASE,
)


def modals(text: str) -> list[Mention]:
    """Verbs that say what is duty, leave, intention or possibility."""
    return [Mention(match.group(), _modal_key(match), match.start()) for match in _MODAL.finditer(text)]


def _modal_key(match: re.Match[str]) -> str:
    if match["verb"] is None:
        return match.lastgroup or ""
    return {"has to": "have to", "had to": "have to", "needs to": "need to"}.get(key := match["verb"].lower(), key)


def negations(text: str) -> list[Mention]:
    """Words that turn a sentence into its opposite; "cannot", "don't" and "do not" are the same one."""
    return [
        Mention(match.group(), (match["word"] or match.lastgroup or "").lower(), match.start())
        for match in _NEGATION.finditer(text)
    ]


# --- quotations ------------------------------------------------------------------------------------------------------

_QUOTED = re.compile(r"“([^“”]*)(?:”|$)|\"([^\"]*)\"|(?<!\w)‘([^‘]*?)’(?!\w)")
_FEWEST_QUOTED, _FEWEST_IN_SINGLE = 3, 5
"""Words that make a quotation, fewer being a term; in single marks British publishers set unusual terms and titles."""


def quotations(text: str) -> list[Mention]:
    """Words in quotation marks; one that is not closed runs on to the end, as in a speech of several paragraphs."""
    found = ((match, next(filter(None, match.groups()), "").strip()) for match in _QUOTED.finditer(text))
    return [_quotation(words, match.start()) for match, words in found if len(words.split()) >= _fewest(match)]


def _fewest(match: re.Match[str]) -> int:
    return _FEWEST_IN_SINGLE if match.group().startswith("‘") else _FEWEST_QUOTED


def whole_quotation(text: str) -> Mention:
    """A block quotation as one mention, without the marks around it."""
    return _quotation(text.strip('“”"‘’ '), 0)


def _quotation(words: str, start: int) -> Mention:
    """Equal for quotations of the same words, whatever their marks, hyphens and capitals."""
    return Mention(words, " ".join(re.sub(r"[^\w\s]", "", words).casefold().split()), start)
