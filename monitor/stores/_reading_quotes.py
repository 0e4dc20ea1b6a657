"""Watched quotes that no page holds: misspelt in the configuration, or lost."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from monitor.interfaces import Row
from monitor.models import Quote, Source, Statement, canonical
from monitor.stores._json import from_json
from monitor.stores._reading import Reader, match_query

LOOKED_AT_MOST = 20
"""Versions that hold the quote's words in their order, of which one is likely to hold it exactly."""

READ_MOST = 50
"""Pages read whole where the index of words knows none: it parts words where marks that show nothing stand."""

_PAGES = """SELECT count(*) AS pages FROM pages
    WHERE source = :source AND role <> 'listing' AND orphaned_at IS NULL AND version_id IS NOT NULL
    AND (:address IS NULL OR address = :address)"""

_FOUND = """SELECT url, number, statement FROM words
    JOIN versions ON versions.id = words.rowid JOIN pages ON pages.id = page_id
    WHERE words MATCH :query AND source = :source AND (:address IS NULL OR address = :address)
    AND (NOT :now OR (version_id = versions.id AND NOT removed AND orphaned_at IS NULL))
    ORDER BY versions.id DESC LIMIT :most"""

_CURRENT = """SELECT url, number, statement FROM pages JOIN versions ON versions.id = version_id
    WHERE source = :source AND NOT removed AND orphaned_at IS NULL AND (:address IS NULL OR address = :address)
    ORDER BY pages.id LIMIT :most"""


def missing(reader: Reader, sources: Iterable[Source]) -> list[Row]:
    """Each quote that stands on none of the pages it is meant for, with its `source`, the `page` it is meant for (None:
    all of the source), and the `url` and number of the last `version` that had it (None: none ever did).

    One whose pages have no version yet is not among them.
    """
    return [row for source in sources for quote in source.quotes for row in _missing(reader, source.name, quote)]


def _missing(reader: Reader, source: str, quote: Quote) -> Iterator[Row]:
    asked: dict[str, Any] = {"source": source, "address": canonical(quote.page) if quote.page else None}
    pages = reader.ask(_PAGES, asked)[0]["pages"]
    asked["query"] = '"' + match_query(quote.text).replace('"', "") + '"'
    if not pages or _holding(quote, reader.ask(_FOUND, asked | {"now": True, "most": LOOKED_AT_MOST})):
        return
    if pages <= READ_MOST and _holding(quote, reader.ask(_CURRENT, asked | {"most": READ_MOST})):
        return
    last = _holding(quote, reader.ask(_FOUND, asked | {"now": False, "most": LOOKED_AT_MOST}))
    where = {"url": last["url"] if last else None, "version": last["number"] if last else None}
    yield {"source": source, "quote": quote.text, "page": quote.page, **where}


def _holding(quote: Quote, rows: Sequence[Row]) -> Row | None:
    from monitor import quotes  # with the comparing rules it is heavy, and few sources watch any

    return next((row for row in rows if quotes.held(from_json(Statement, row["statement"]), quote.text)), None)
