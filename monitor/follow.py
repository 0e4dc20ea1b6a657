"""Which of the pages that listings name are followed: by host, path, words of the title, document type. Pure.

Patterns are the user's own, and a bad one can take for ever: `lint` refuses the worst when the configuration is read,
and matching is done where parsing is, in a child that can be killed.
"""

import re
from functools import cache
from hashlib import blake2b
from urllib.parse import urlsplit

from monitor import patterns
from monitor.models import Entry, Follow, Statement

GLOB = re.compile(r"\*\*|\*|\?|[^*?]+")
STEPS = {"**": ".*", "*": "[^/]*", "?": "[^/]"}


def lint(pattern: str) -> None:
    """Nothing, where the pattern can be used.

    Raises:
        ValueError: it is no path, no regular expression, or one that can take for ever.
    """
    patterns.lint_length(pattern)
    if pattern.startswith("^"):
        patterns.lint(pattern)
    elif not pattern.startswith(("/", "*")):
        raise ValueError(
            'expected a path such as "/government/speeches/**", or a regular expression that begins with ^'
        )


def mark(follow: Follow) -> str:
    """A short name of the rules: "" where there are none. A page read under other rules is read again."""
    return "" if follow == Follow() else f"+{blake2b(repr(follow).encode(), digest_size=3).hexdigest()}"


def names(follow: Follow, entry: Entry) -> bool:
    """Whether what a listing names is followed, as far as the listing tells. Listings themselves always are."""
    if entry.listing:
        return True
    parts = urlsplit(entry.url)
    return (
        (not follow.hosts or parts.netloc.lower() in follow.hosts)
        and _is_on(follow, parts.path)
        and (entry.title is None or _says(follow, entry.title))
    )


def refused(follow: Follow, url: str, statement: Statement) -> str | None:
    """Why a page that a listing named is not followed, now that it was read; None where it is."""
    document_type = statement.document_type
    if not _is_on(follow, urlsplit(url).path):
        return "its path is not followed"
    if follow.document_types and _plain(document_type or "") not in map(_plain, follow.document_types):
        return f'its document type "{document_type}" is not followed' if document_type else "it has no document type"
    return None if _says(follow, statement.title) else "its title has none of the words that are followed"


def _is_on(follow: Follow, path: str) -> bool:
    return not follow.paths or _paths(follow.paths).match(path or "/") is not None


def _says(follow: Follow, title: str) -> bool:
    return not follow.words or _words(follow.words).search(title) is not None


@cache
def _paths(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_expression(pattern)})" for pattern in patterns))


@cache
def _words(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of these, as whole words, in any case."""
    return re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words), re.IGNORECASE)


def _expression(pattern: str) -> str:
    """A glob as a regular expression of the whole path: `*` is any part of a step, `**` any steps."""
    if pattern.startswith("^"):
        return pattern
    return "".join(STEPS.get(part) or re.escape(part) for part in GLOB.findall(pattern)) + r"/?\Z"


def _plain(document_type: str) -> str:
    """`press_release` and "Press release" alike."""
    return re.sub(r"[\W_]+", " ", document_type).strip().lower()
