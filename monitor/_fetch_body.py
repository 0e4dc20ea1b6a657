"""An answer's body: plain or unpacked, never more of it than asked for. The network."""

import zlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from monitor.models import Outcome
from monitor.net import HEADERS_MOST, Exchange, NetError

MEMBERS_MOST = 100
"""Gzip streams in one body; servers send one, tools that append send a few."""

Headers = Sequence[tuple[str, str]]


def header(headers: Headers, name: str) -> str | None:
    """The first value of a header, None where the server did not send it."""
    return next((value for key, value in headers if key.lower() == name), None)


async def read(answer: Exchange, headers: Headers, most: int, *, cut: bool = False) -> bytes:
    """The body, decoded from gzip where it is, of at most `most` bytes; what goes beyond is a fault, or is `cut` off.

    Raises:
        NetError: it is too large, breaks off, or is encoded as nobody asked for.
    """
    codings = [value.strip().lower() for key, value in headers if key.lower() == "content-encoding"]
    wire_most = most * 3 // 2 + HEADERS_MOST
    length = header(headers, "content-length") or ""
    if not cut and length.isdecimal() and int(length[:20]) > (most if codings in ([], ["identity"]) else wire_most):
        raise NetError(Outcome.TOO_LARGE, f"{length[:20]} bytes announced")
    chunks = answer.chunks(wire_most)
    match codings:
        case [] | [""] | ["identity"]:
            return await _plain(chunks, most, cut=cut)
        case ["gzip"] | ["x-gzip"]:
            return await _unzipped(chunks, most, cut=cut)
        case _:
            raise NetError(
                Outcome.ENCODING, f"content-encoding {', '.join(codings):.100}, though only gzip is asked for"
            )


async def _plain(chunks: AsyncIterator[bytes], most: int, *, cut: bool) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for chunk in chunks:
        parts.append(chunk)
        size += len(chunk)
        if size > most and not cut:
            raise NetError(Outcome.TOO_LARGE, f"more than {most} bytes")
        if size >= most and cut:
            break
    return b"".join(parts)[:most]


async def _unzipped(chunks: AsyncIterator[bytes], most: int, *, cut: bool) -> bytes:
    unzip = _Unzip(most)
    async for chunk in chunks:
        unzip.feed(chunk)
        if unzip.overfull and cut:
            return unzip.start()
        if unzip.overfull:
            raise NetError(Outcome.TOO_LARGE, f"more than {most} bytes once unpacked")
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
        while chunk and not self.overfull:
            if self._stream.eof:
                self._members += 1
                self._stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
            try:
                self._body += self._stream.decompress(chunk, self.most + 1 - len(self._body))
            except zlib.error as error:
                raise NetError(Outcome.ENCODING, f"broken gzip: {error}") from None
            chunk = self._stream.unused_data
            if chunk and self._members > MEMBERS_MOST:
                raise NetError(Outcome.ENCODING, f"more than {MEMBERS_MOST} gzip streams in a row")

    @property
    def overfull(self) -> bool:
        """Whether there is more than it holds."""
        return len(self._body) > self.most

    def start(self) -> bytes:
        """As much of the body as it holds."""
        return bytes(self._body[: self.most])

    def whole(self) -> bytes:
        """The body once all chunks were fed; a server may leave an empty one unpacked."""
        if self._fed and not self._stream.eof:
            raise NetError(Outcome.TRUNCATED, "the gzip stream has no end")
        return bytes(self._body)
