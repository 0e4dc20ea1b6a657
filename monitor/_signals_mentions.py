"""What a text says that no edit touches lightly: figures, dates and numbered things. Pure.

The rules are for English; figures and dates in digits are found in any language.
"""

import re
from collections.abc import Callable
from typing import NamedTuple


class Mention(NamedTuple):
    """A mention as it stands in the text, where, and what it means: "six" and "6" share the key, "£6" does not.

    A `weak` one ("one", "2nd", "today", "Annex 2", the year of a law) is too common to count unless another takes its
    very place.
    """

    words: str
    key: str
    start: int
    weak: bool = False


Finder = Callable[[str], list[Mention]]
"""Finds the mentions of one sort in a text, in order."""


# --- dates -----------------------------------------------------------------------------------------------------------

ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+"
    r"|(?<![^\s@])[^\s@]+@[^\s@]+\.\w+"  # from its first character on, so that a long word is read once
    r"|(?<!\w)@\w+"
    r"|(?<!\S)/\S+/\S+"
)
_LONG_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_MONTH = rf"(?:{_LONG_MONTH}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
_WEEKDAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?"
_YEAR = r"(?:19|20)\d\d"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_BETWEEN_DAYS = r"(?:,\s|\s?(?:to|and|or|until|[-–/&])\s?)(?:(?:midday|midnight|noon)\s)?"
_DAYS = rf"{_DAY}(?:{_BETWEEN_DAYS}{_DAY}){{0,9}}"
_UNIT = r"(?:%|\s?(?:per\b|percent|million|billion|people|pounds|miles|metres))"
_OR_YEARS = rf"(?:s\b|(?:\s?[/–-]\s?|\sto\s)(?:{_YEAR}|\d\d)\b)?"
_BEFORE_A_MONTH = (
    " in ",
    " by ",
    " of ",
    " to ",
    " mid-",
    "from ",
    "since ",
    "until ",
    "late ",
    "early ",
    "after ",
    "before ",
    "end ",
)
_AFTER = "|".join(f"(?<={word})" for word in _BEFORE_A_MONTH)
"""What stands before "May" and "11/2021" where they are a month, no verb and no issue of a bulletin."""

DATE = re.compile(
    "|".join(
        (
            rf"\b{_YEAR}-\d\d-\d\d\b",
            rf"\b\d{{1,2}}[/.]\d{{1,2}}[/.](?:{_YEAR}|\d\d)\b",
            rf"(?:{_AFTER})(?:0?[1-9]|1[0-2])/{_YEAR}\b",
            rf"(?<!\d\.)\b(?:{_WEEKDAY},?\s)?{_DAYS}\s(?:of\s)?{_MONTH}(?:,?\s{_YEAR}\b)?",
            rf"\b(?:{_WEEKDAY},?\s)?{_MONTH}\s{_DAY}\b(?![.,]\d|{_UNIT})(?:,?\s{_YEAR}\b)?",
            rf"\b{_MONTH}/{_MONTH}(?:\s{_YEAR}\b)?",
            rf"\b(?:{_MONTH}|[Ss]pring|[Ss]ummer|[Aa]utumn|[Ww]inter)\s(?:of\s)?{_YEAR}(?:[/–-]\d\d)?\b",
            rf"(?<![\w£$€.,/-]){_YEAR}(?!-\d{{3}}\b|/\d{{3}}\b){_OR_YEARS}(?![.,]?\d|{_UNIT})\b",
            r"\b(?:\d{1,2}(?:[:.]\d\d)?\s?(?:[-–]|to)\s?)?\d{1,2}(?:[:.]\d\d)?\s?[ap]\.?m\b",
            r"\b[012]?\d:[0-5]\d\b",
            r"\b[012]?\d\.[0-5]\d(?=\s?(?:[A-Z]{1,3}T\b|hours\b|hrs\b|local\stime\b))",
            rf"(?<![\w£$€.,])[012]?\d\.[0-5]\d\s?(?:-|–|to|until)\s?[012]?\d\.[0-5]\d\b(?![.,]?\d|{_UNIT})",
            r"\b(?:noon|midday|midnight)\b",
            rf"\b{_WEEKDAY}\b",
            rf"(?:{_AFTER})May\b",
            rf"\b(?!May\b){_LONG_MONTH}\b",
            r"\b(?:[Tt]oday|[Tt]onight|[Tt]omorrow|[Yy]esterday)\b",
        )
    )
)
_DATE_PART = re.compile(rf"{_YEAR}s?\b|\d{{1,2}}[:.]\d\d|\d+|[A-Za-z]+")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEAK_DAYS = ("today", "tonight", "tomorrow", "yesterday")
_BARE_YEAR = re.compile(_YEAR)
_OF_A_LAW = re.compile(r"\b(?:Act|Bill|Measure|Orders?|Rules?|Regulations?|Directive|Code)\s$")
_LONGEST_OF_A_LAW = 13  # characters before a year in which such a word is looked for


def dates(text: str) -> list[Mention]:
    """Days, months, years, weekdays and times of day."""
    return [
        Mention(words := match.group(), _date_key(words), match.start(), _is_weak_date(match))
        for match in DATE.finditer(blanked(ADDRESS, text))
    ]


def _is_weak_date(match: re.Match[str]) -> bool:
    """Whether it is a day as seen from the text's own, or the year of a law ("Equality Act 2010")."""
    if not _BARE_YEAR.fullmatch(match.group()):
        return match.group().lower() in _WEAK_DAYS
    return bool(_OF_A_LAW.search(match.string, max(0, match.start() - _LONGEST_OF_A_LAW), match.start()))


_WEEKDAYS = re.compile(_WEEKDAY)


def redated(old: list[Mention], new: list[Mention]) -> list[tuple[Mention, Mention]]:
    """Dates that stayed under another weekday: "Tuesday 14 April" and "Thursday 14 April"; "14 April" is like both."""
    pairs = []
    for before in old:
        likes = [mention for mention in new if mention.key == before.key]
        days = [day.group() for mention in likes if (day := _WEEKDAYS.search(mention.words))]
        day = _WEEKDAYS.search(before.words)
        if day and days and len(days) == len(likes) and day.group() not in days:
            pairs.append((before, likes[0]))
    return pairs


def _date_key(words: str) -> str:
    """The same for every way to write a date: order, commas, ordinals and abbreviations left out."""
    parts = [_date_part(part.lower()) for part in _DATE_PART.findall(words)]
    if any(part in _MONTHS for part in parts) and any(part.isdigit() for part in parts):
        parts = [part for part in parts if not part.endswith("day")]
    return " ".join(sorted(filter(None, parts)))


def _date_part(part: str) -> str:
    if part[:3] in _MONTHS:
        return part[:3]
    if part in ("st", "nd", "rd", "th", "to", "and", "or", "of", "until"):
        return ""
    return part.replace(":", ".").lstrip("0")


# --- figures ---------------------------------------------------------------------------------------------------------

_TELEPHONE = r"(?:\+\d{1,3}|0\d+|\d{3})(?: \d{2,8}){2,4}(?!\d)|(?:\+\d{1,3}|0\d+) \d{3,9}(?!\d)"
_DIGITS = rf"(?<!\w)(?<!\d\.)(?:{_TELEPHONE}|\d{{1,3}}(?: \d{{3}})+(?!\d)|\d+(?:[.,]\d+)*)"
_SCALES = {"hundred": 2, "k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "bn": 9, "billion": 9, "trillion": 12}
_SCALE = r"(?:hundred|thousand|million|billion|trillion|bn|mn|[mk])\b"
_SHARE = r"(?:%|per\s?cent\b|percentage\spoints?\b|p\b|pence\b|[°º]\s?[CF]\b)"
_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = {word: value for value, word in enumerate((*_ONES, *_TEENS), 1)}
_VALUES |= dict(zip(_TENS, range(20, 100, 10), strict=True))
_SPELT = rf"\b(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_ONES)})\b)?|{'|'.join((*_TEENS, *_ONES))})\b"
_FIGURE = re.compile(
    r"(?P<sign>(?<![\w)°º%])(?<![\d%CF]\s)[-−–](?=[\d£$€¥]))?"
    r"(?P<currency>(?:US|A|C|NZ|HK)?[£$€¥]\s?)?"
    rf"(?:(?P<digits>{_DIGITS})|(?P<spelt>{_SPELT}))"
    rf"(?:[\s-]?(?P<scale>{_SCALE}))?(?:\s?(?P<share>{_SHARE}))?[A-Za-z]*",
    re.IGNORECASE,
)
_FILE_DETAILS = re.compile(
    r"\([A-Z][\w ]*,\s[\d.,]+\s?[KMG]B\b[^()]*\)|\b[A-Z]{3,4}X?,\s[\d.,]+\s?[KMG]B\b(?:,\s\d+\s(?:page|slide)s?\b)?"
)
_DIVISION = (
    "(?i:sections?|parts?|tables?|figures?|annex(?:es)?|appendix|articles?|chapters?|schedules?|paragraphs?|clauses?"
    "|versions?|volumes?|pages?|questions?|box|regulations?|rules?|steps?|forms?|units?|rooms?|sessions?|workshops?"
    r"|types?|lots?|phases?|stages?|levels?|tiers?|no\.)"
)
_RANK = (
    "(?:Phase|Stage|Tier|Level|Key Stage|Group|Band|Class|Category|Grade|Type|Option|Zone|Route|Lot|Round|Goal|Issue"
    "|Edition)s?"
)
_NUMBER_OF_ONE = r"\s?\d+(?:[./]\d+)*[A-Za-z]?"
_AND_MORE = r"(?:(?:\s\([^()]{0,60}\))?(?:,|\s(?:or|and|to|of))\s\d{1,2}(?=\s\(|[.,;:)]|$)){0,30}"
_NO_SUM = r"(?![,.]?\d|%|\s?(?:[mb]illion|per)\b)"
REFERENCE = re.compile(
    "|".join(
        (
            rf"\b(?:(?:{_DIVISION}|{_RANK}){_NUMBER_OF_ONE}{_AND_MORE}|[A-Z]{{3,}}\s\d{{1,3}})\b{_NO_SUM}",
            rf"(?<![\w/])\d{{1,4}}/{_YEAR}\b",  # an issue of a series
            rf"\b{_YEAR}/\d{{1,4}}\b",
            r"\b(?:[A-Z]\.){1,3}\s\d+\b",  # "H.R. 1667"
            r"\b(?:[A-Z]{2,}\d{3,}|[A-Z]{3,}\d{1,2})\b",
            r"\b[A-Z][A-Za-z]*-[A-Z]\w*\s\d{1,3}\b",
            r"\b(?:Annex|Appendix|Schedule|Part|Table|Section|Lot)\s[A-Z]\b",
            r"\b(?:Annex|Appendix|Article|Chapter|Schedule|Part|Title|Section|Volume|Tier|Level|Phase)\s[IVX]+\b",
            rf"\b(?i:phase|stage|step|part|chapter|round)\s(?:{'|'.join(_ONES)}|ten)\b",
        )
    )
)
"""A number that is a name: "Annex 2", "step 1", "SAGE 80", "AB20260001"."""


_STREET = r"(?:Street|St|Road|Rd|Avenue|Lane|Square|Place|Drive|Terrace|Gardens|Way|Court|Crescent|Row|Quay|Mews|House)"
_ROAD = r"(?:Rua|Avenida|Av\b\.?|Largo|Praça|Via|Viale|Piazza|Corso|Calle|Plaza|Paseo|Rue|Boulevard)"
_POSTAL = re.compile(
    "|".join(
        (
            rf"\b\d+[A-Za-z]?(?=\s(?:[A-Z][\w’'-]*\s){{1,4}}{_STREET}\b)",
            rf"\b{_ROAD}\s[^\d,]{{2,40}},?\s(?:n\.?º\s?)?\d+(?:-\d+)?\b",
            r"\b[A-Z]\w+(?:straße|strasse|straat|gatan|gata|katu)\s\d+\b",
            r"\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b",  # United Kingdom
            r"\b[A-Z]{2}\s\d{5}(?:-\d{4})?\b",  # United States
            r"\b\d{5}(?=,?\s[A-Z][a-z])|\b\d{4}-\d{3}\b",  # before the town
            r"\b[A-Z][a-z]+(?:-|\s(?:-\s)?)\d{4,6}(?=,|$|\s[A-Z])",  # after the town
        )
    )
)
"""Postal addresses: house numbers and postcodes."""

_NUMBERING = re.compile(r"^\(?\d{1,2}[.)]\s|^\d{1,2}(?:\.\d{1,2}){1,3}\.?\s(?=[A-Z])|\b\d{1,2}\s?=(?=\s?\w)")
"""The number of a paragraph or a heading ("2.1 Ordering"), and of a level in a legend ("1 = low")."""

_OF_A_NAME = re.compile(r"(?<=[a-z]\s)\d{1,2}(?=\s\([A-Z]+\d*\))")
"""The number of what is then abbreviated: "Coastal Works 6 (CW6)"."""

_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
_LONGEST_LABEL = 30
_HYPHENS = "-‑–"
_LABEL = re.compile(rf"\b\w*[A-Z]\w*[{_HYPHENS}]$")


def figures(text: str) -> list[Mention]:
    """Numbers, sums and percentages, in digits or words.

    None in dates, file details, postal addresses, or names such as COVID-19 and Annex 2.
    """
    for pattern in (ADDRESS, _FILE_DETAILS, DATE, _OF_A_NAME, _POSTAL, REFERENCE, _NUMBERING):
        text = blanked(pattern, text)
    found = (match for match in _FIGURE.finditer(text) if not _labels(text, match.start()))
    return [Mention(match.group(), _figure_key(match), match.start(), _is_weak(match)) for match in found]


def _labels(text: str, place: int) -> bool:
    """Whether the digits at this place belong to a name before them, as in COVID-19."""
    joined = text[max(0, place - 1) : place] in _HYPHENS and place > 0
    return joined and bool(_LABEL.search(text, max(0, place - _LONGEST_LABEL), place))


def _figure_key(match: re.Match[str]) -> str:
    """Sign, currency, value, share or degrees: equal for "six" and "6", "1,000" and "1000", "£1m" and "£1 million"."""
    scale = _SCALES.get((match["scale"] or "").lower(), 0)
    share = (match["share"] or "").lower().replace(" ", "").replace("percent", "%")
    sign = "-" if match["sign"] else ""
    return f"{sign}{(match['currency'] or '').strip()}{_scaled(_value(match), scale)}{share.replace('º', '°')}"


def _value(match: re.Match[str]) -> str:
    if match["spelt"]:
        return str(sum(_VALUES[word] for word in re.split(r"[- ]", match["spelt"].lower())))
    return re.sub(r" |,(?=\d{3}(?!\d))", "", match["digits"])


def _scaled(value: str, zeros: int) -> str:
    """The value with its point moved to the right; text that has more than one point is no number and stays."""
    whole, _, part = value.partition(".")
    if not zeros or not (part or whole).isdigit():
        return value
    moved = whole + part[:zeros].ljust(zeros, "0")
    return f"{moved}.{part[zeros:]}" if part[zeros:] else moved


def _is_weak(match: re.Match[str]) -> bool:
    return match.group().lower() == "one" or bool(_ORDINAL.fullmatch(match.group()))


def references(text: str) -> list[Mention]:
    """Numbers that name a thing, all weak; "phase three" and "Phase 3" are the same."""
    return [
        Mention(words := match.group(), _reference_key(words), match.start(), weak=True)
        for match in REFERENCE.finditer(blanked(DATE, text))
    ]


def _reference_key(words: str) -> str:
    return re.sub(_SPELT, lambda match: str(_VALUES.get(match.group(), match.group())), words.casefold())


def blanked(pattern: re.Pattern[str], text: str) -> str:
    """The text with every match blanked out by spaces, so that what stands around it does not join."""
    return pattern.sub(lambda match: " " * len(match.group()), text)
