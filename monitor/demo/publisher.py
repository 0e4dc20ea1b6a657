"""The department's web site on loopback: serves its publications as GOV.UK would, and lets them be edited."""

import secrets
from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from monitor.demo import feed, markup
from monitor.demo.publications import NEW_RELEASE, OLD_RELEASE, Publication, Tokens
from monitor.demo.server import Answer, LoopbackServer, Request
from monitor.models import Note, Withdrawal, utc_text

CACHED_FOR = 2
"""Requests answered from one rendering, as by a cache in front; the next one gets new tokens and a new ETag."""

HTML = "text/html; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class _Rendering:
    """A page as the cache holds it."""

    answer: Answer
    left: int


class Publisher(LoopbackServer):
    """`async with Publisher(publications) as publisher:` serves them until the block ends.

    Editing is plain method calls on the event loop's thread; each takes effect with the next request.
    """

    def __init__(self, publications: Iterable[Publication]) -> None:
        super().__init__()
        self.publications = {publication.path: publication for publication in publications}
        self.answers: Counter[int] = Counter()
        self._statuses: defaultdict[str, list[int]] = defaultdict(list)
        self._removed: set[str] = set()
        self._outages: dict[str, deque[int]] = {}
        self._release = OLD_RELEASE
        self._cache: dict[str, _Rendering] = {}

    def address_of(self, publication: Publication) -> str:
        """The absolute address of a publication."""
        return self.url + publication.path

    @property
    def feed_url(self) -> str:
        """The Atom feed that lists what is published."""
        return self.url + feed.TARGET

    # --- editing -----------------------------------------------------------------------------------------------------

    def publish(self, publication: Publication) -> None:
        """Puts a publication on the site and at its place in the feed."""
        self._cache.clear()
        self.publications[publication.path] = publication

    def edit(self, path: str, at: datetime, **changes: Any) -> None:
        """A minor edit: `changes` are fields of the publication; nothing that readers or feeds are told moves."""
        self.publish(replace(self.publications[path], edited_at=utc_text(at), **changes))

    def announce(self, path: str, at: datetime, note: str, **changes: Any) -> None:
        """A major edit: the history gains `note`, the public update date moves, the feed puts the page first."""
        notes = (Note(_offset_text(at), note), *self.publications[path].notes)
        self.edit(path, at, notes=notes, **changes)

    def withdraw(self, path: str, at: datetime, explanation: str) -> None:
        """Puts the withdrawn notice on a page that otherwise stays as it is."""
        self.edit(path, at, withdrawn=Withdrawal(_offset_text(at), explanation))

    def remove(self, path: str) -> None:
        """Unpublishes: the page answers 410 from now on and leaves the feed."""
        self._cache.clear()
        del self.publications[path]
        self._removed.add(path)

    def release(self) -> None:
        """Deploys the next release of the templates: every page's bytes change, no statement does."""
        self._cache.clear()
        self._release = NEW_RELEASE

    def fail(self, path: str, *statuses: int) -> None:
        """Answers the next requests for a page with these statuses, one each, then is well again."""
        self._outages[path] = deque(statuses)

    # --- serving -----------------------------------------------------------------------------------------------------

    async def until_asked_again(self, paths: Collection[str], times: int) -> None:
        """Returns once each path was asked for `times` more often than now."""
        goal = {path: len(self._statuses[path]) + times for path in paths}
        await self.bell.until(lambda: all(len(self._statuses[path]) >= count for path, count in goal.items()))

    async def until_recovered(self, path: str) -> None:
        """Returns once a page's outage is over and two answers in a row were good."""
        statuses = self._statuses[path]
        await self.bell.until(lambda: not self._outages[path] and all(status < 400 for status in statuses[-2:]))

    def answer(self, request: Request) -> Answer:
        """The feed, a page, its 410, or whatever an outage has in store."""
        answer = self._outage(request.path) or self._conditional(request)
        self._statuses[request.path].append(answer.status)
        self.answers[answer.status] += 1
        return answer

    def _outage(self, path: str) -> Answer | None:
        statuses = self._outages.get(path)
        return Answer(statuses.popleft(), markup.error().encode(), {"Content-Type": HTML}) if statuses else None

    def _conditional(self, request: Request) -> Answer:
        """304 where the client holds what the cache holds (RFC 9110, section 13.1.2)."""
        answer = self._cached(request.path)
        etag = answer.headers.get("ETag")
        if etag is None or request.headers.get("if-none-match") != etag:
            return answer
        return Answer(304, headers={"ETag": etag, "Cache-Control": answer.headers["Cache-Control"]})

    def _cached(self, path: str) -> Answer:
        held = self._cache.get(path)
        if held is None or not held.left:
            held = _Rendering(self._rendered(path), CACHED_FOR)
        self._cache[path] = replace(held, left=held.left - 1)
        return held.answer

    def _rendered(self, path: str) -> Answer:
        if path == feed.PATH:
            return _cacheable(feed.feed(self.publications.values(), self.url), ATOM)
        if path in self.publications:
            page = markup.page(self.publications[path], self.url, self._release, _tokens())
            return _cacheable(page, HTML)
        text = markup.gone(path, self.url, self._release, _tokens())
        return Answer(410 if path in self._removed else 404, text.encode(), {"Content-Type": HTML})


def _cacheable(text: str, content_type: str) -> Answer:
    body = text.encode()
    etag = f'W/"{sha256(body).hexdigest()[:32]}"'
    return Answer(200, body, {"Content-Type": content_type, "ETag": etag, "Cache-Control": "max-age=300, public"})


def _tokens() -> Tokens:
    return Tokens(secrets.token_urlsafe(16), secrets.token_urlsafe(48), secrets.token_hex(4))


def _offset_text(at: datetime) -> str:
    """As GOV.UK's pages write times: milliseconds and a numeric offset."""
    return at.isoformat(timespec="milliseconds")
