"""One polite, bounded, conditional GET. The network; whatever a server does becomes a `Fetch`."""

import asyncio
import re
import time
import zlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

from monitor import schedule, screen
from monitor.models import Fetch, Http, Outcome
from monitor.net import HEADERS_MOST, Connections, Exchange, NetError, Target, target

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
HOPS_MOST = 5

ACCEPT = "text/html,application/xhtml+xml,application/atom+xml,application/rss+xml,application/xml;q=0.9,*/*;q=0.1"

ADDRESS_MOST = 4096
"""Characters of an address we follow."""

MEMBERS_MOST = 100
"""Gzip streams in one body; servers send one, tools that append send a few."""

VALIDATOR_MOST = 1024
"""Characters of an ETag or Last-Modified we would send back."""

UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f]+")
"""Control characters: in a header they can only do harm to logs, mails and terminals."""

Headers = Sequence[tuple[str, str]]


class Fetcher:
    """Fetches pages as `http` says."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._connections = Connections(http.allow, http.ca_file)
        self._headers = (("User-Agent", http.user_agent), ("Accept", ACCEPT), ("Accept-Encoding", "gzip"))

    async def fetch(self, url: str, etag: str | None = None, last_modified: str | None = None) -> Fetch:
        """One answer, after at most five redirects, within the deadline. Never raises for what a server does.

        `etag` and `last_modified` are sent back as they came, to the first origin alone (RFC 9110, 13.1).
        """
        started = time.monotonic()
        validators = _validators(etag, last_modified)
        try:
            async with asyncio.timeout(self._http.deadline.total_seconds()):
                answer = await self._follow(url, validators)
        except TimeoutError:
            seconds = self._http.deadline.total_seconds()
            answer = Fetch(url, outcome=Outcome.TIMEOUT, detail=f"no complete answer within {seconds:g} s")
        return replace(answer, elapsed_ms=round((time.monotonic() - started) * 1000))

    async def aclose(self) -> None:
        """Ends the connections that are kept."""
        self._connections.close()

    async def _follow(self, url: str, validators: Headers) -> Fetch:
        """The answer at the end of the redirects."""
        try:
            to = first = target(url)
        except ValueError as error:
            return Fetch(url, outcome=Outcome.PROTOCOL, detail=str(error))
        seen = {url}
        permanent = True
        while True:
            answer = await self._ask(url, to, validators if to.origin == first.origin else ())
            if answer.outcome or answer.status not in REDIRECTS:
                return replace(answer, permanent=permanent) if len(seen) > 1 else answer
            permanent = permanent and answer.status in PERMANENT
            step = _next(answer, seen)
            if isinstance(step, Fetch):
                return step
            url, to = step
            seen.add(url)

    async def _ask(self, url: str, to: Target, validators: Headers) -> Fetch:
        """One request and its answer, a redirect included."""
        headers = (*self._headers, *validators)
        try:
            async with self._connections.exchange("GET", to, headers) as answer:
                return await self._read(url, answer, conditional=bool(validators))
        except NetError as error:
            return Fetch(url, outcome=error.outcome, detail=_clean(error.detail))
        except ValueError as error:
            return Fetch(url, outcome=Outcome.PROTOCOL, detail=f"cannot be asked for: {_clean(str(error))}")

    async def _read(self, url: str, answer: Exchange, *, conditional: bool) -> Fetch:
        head = _head(url, answer)
        if answer.status in REDIRECTS or (answer.status == 304 and conditional):
            return replace(head, not_modified=answer.status == 304, wire_bytes=answer.wire_bytes)
        outcome = screen.status(answer.status, head.headers)
        if outcome:
            pause = schedule.retry_after(_header(head.headers, "retry-after"), datetime.now(UTC))
            detail = f"status {answer.status}"
            return replace(head, outcome=outcome, detail=detail, retry_after=pause, wire_bytes=answer.wire_bytes)
        try:
            body = await _body(answer, head.headers, self._http.max_body)
        except NetError as error:
            raise_it = f"; raise [http] max_body, now {self._http.max_body} bytes, if that is right for it"
            detail = error.detail + (raise_it if error.outcome is Outcome.TOO_LARGE else "")
            return replace(head, outcome=error.outcome, detail=_clean(detail), wire_bytes=answer.wire_bytes)
        return replace(head, body=body, wire_bytes=answer.wire_bytes)


def _validators(etag: str | None, last_modified: str | None) -> Headers:
    pairs = (("If-None-Match", etag), ("If-Modified-Since", last_modified))
    return tuple((name, value) for name, value in pairs if value)


def _head(url: str, answer: Exchange) -> Fetch:
    headers = tuple((_clean(name), _clean(_readable(value))) for name, value in answer.headers)
    return Fetch(
        url,
        status=answer.status,
        headers=headers,
        content_type=_header(headers, "content-type") or "",
        etag=_validator(answer.headers, "etag"),
        last_modified=_trusted_date(answer.headers),
    )


def _header(headers: Headers, name: str) -> str | None:
    """The first value of a header, None where the server did not send it."""
    return next((value for key, value in headers if key.lower() == name), None)


def _validator(headers: Headers, name: str) -> str | None:
    value = _header(headers, name)
    return value if value and len(value) <= VALIDATOR_MOST else None


def _trusted_date(headers: Headers) -> str | None:
    """Last-Modified, where no later edit can share it: the answer is at least a second younger (RFC 9110, 8.8.2.2)."""
    value = _validator(headers, "last-modified")
    modified_at = schedule.http_date(value) if value else None
    answered_at = schedule.http_date(_header(headers, "date") or "") or datetime.now(UTC)
    return value if modified_at and answered_at - modified_at >= timedelta(seconds=1) else None


def _readable(value: str) -> str:
    """Header bytes came as Latin-1 (RFC 9110, 5.5), yet servers that leave an address unquoted mean UTF-8."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _clean(text: str) -> str:
    return UNSAFE.sub(" ", text)


# --- redirects -------------------------------------------------------------------------------------------------------


def _next(answer: Fetch, seen: set[str]) -> tuple[str, Target] | Fetch:
    """Where a redirect leads, or the fetch that says why it is not followed."""
    location = _header(answer.headers, "location") or ""
    try:
        url = urljoin(answer.url, location).partition("#")[0]
        scheme = url.partition(":")[0]
        if not location or len(url) > ADDRESS_MOST:
            return _refused(answer, Outcome.REDIRECT_INVALID, f"to no usable address: {location!r:.200}")
        if scheme not in ("http", "https"):
            return _refused(answer, Outcome.REDIRECT_BLOCKED, f"to a {scheme[:20]} address")
        to = target(url)
    except ValueError:
        return _refused(answer, Outcome.REDIRECT_INVALID, f"to no usable address: {location!r:.200}")
    if url in seen:
        return _refused(answer, Outcome.REDIRECT_LOOP, f"back to {url:.200}")
    if len(seen) > HOPS_MOST:
        return _refused(answer, Outcome.REDIRECT_LOOP, f"more than {HOPS_MOST} redirects")
    return url, to


def _refused(answer: Fetch, outcome: Outcome, detail: str) -> Fetch:
    return replace(answer, outcome=outcome, detail=f"redirected {detail}")


# --- the body --------------------------------------------------------------------------------------------------------


async def _body(answer: Exchange, headers: Headers, most: int) -> bytes:
    """The body, decoded from gzip where it is, of at most `most` bytes.

    Raises:
        NetError: it is too large, breaks off, or is encoded as nobody asked for.
    """
    codings = [value.strip().lower() for key, value in headers if key.lower() == "content-encoding"]
    wire_most = most * 3 // 2 + HEADERS_MOST
    length = _header(headers, "content-length") or ""
    if length.isdecimal() and int(length[:20]) > (most if codings in ([], ["identity"]) else wire_most):
        raise NetError(Outcome.TOO_LARGE, f"{length[:20]} bytes announced")
    chunks = answer.chunks(wire_most)
    match codings:
        case [] | [""] | ["identity"]:
            return await _plain(chunks, most)
        case ["gzip"] | ["x-gzip"]:
            return await _unzipped(chunks, most)
        case _:
            raise NetError(
                Outcome.ENCODING, f"content-encoding {', '.join(codings):.100}, though only gzip is asked for"
            )


async def _plain(chunks: AsyncIterator[bytes], most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for chunk in chunks:
        parts.append(chunk)
        size += len(chunk)
        if size > most:
            raise NetError(Outcome.TOO_LARGE, f"more than {most} bytes")
    return b"".join(parts)


async def _unzipped(chunks: AsyncIterator[bytes], most: int) -> bytes:
    unzip = _Unzip(most)
    async for chunk in chunks:
        unzip.feed(chunk)
    return unzip.whole()


@dataclass
class _Unzip:
    """A gzip reader that never holds more than `most` bytes, however well they were packed (RFC 1952).

    Several packed one after another are one body (RFC 1952, 2.2).
    """

    most: int

    def __post_init__(self) -> None:
        self._stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self._body = bytearray()
        self._fed = False
        self._members = 0

    def feed(self, chunk: bytes) -> None:
        self._fed = True
        while chunk:
            if self._stream.eof:
                self._members += 1
                self._stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
            try:
                self._body += self._stream.decompress(chunk, self.most + 1 - len(self._body))
            except zlib.error as error:
                raise NetError(Outcome.ENCODING, f"broken gzip: {error}") from None
            if len(self._body) > self.most:
                raise NetError(Outcome.TOO_LARGE, f"more than {self.most} bytes once unpacked")
            chunk = self._stream.unused_data
            if chunk and self._members > MEMBERS_MOST:
                raise NetError(Outcome.ENCODING, f"more than {MEMBERS_MOST} gzip streams in a row")

    def whole(self) -> bytes:
        """The body once all chunks were fed; a server may leave an empty one unpacked."""
        if self._fed and not self._stream.eof:
            raise NetError(Outcome.TRUNCATED, "the gzip stream has no end")
        return bytes(self._body)
