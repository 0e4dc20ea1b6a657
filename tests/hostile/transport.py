"""Faults of the transport: slow, endless, cut, garbled, packed, encrypted wrongly, at no address."""

import gzip
import zlib
from typing import Any

from tests.hostile.site import Behaviour, Drip, Talk
from tests.hostile.texts import EDITED, GOOD, HEAD, document, encoded
from tests.servers import HANG, RESET, answer, html

PAGE = document().encode()
PACKED = gzip.compress(PAGE, mtime=0)
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
LENGTH = f"Content-Length: {len(PAGE)}\r\n".encode()
HALF = PAGE[: len(PAGE) // 2]
OK = b"HTTP/1.1 200 OK\r\n"


def fault(name: str, talk: Talk, outcome: str, **details: Any) -> Behaviour:
    """A fault before any good page and after one: nothing is stored of it either time, and nobody told."""
    return Behaviour(name, (talk, GOOD, talk, GOOD), (outcome, "ok", outcome, "unchanged"), **details)


def always(name: str, talk: Talk, outcome: str, **details: Any) -> Behaviour:
    """A fault of the whole site: there never is a good page."""
    return Behaviour(name, (talk, talk), (outcome, outcome), **details)


def calm(name: str, *talks: Talk, **details: Any) -> Behaviour:
    """Odd, yet the page all the same, and never another."""
    return Behaviour(name, (GOOD, *talks, GOOD), ("ok", *("unchanged" for _ in talks), "unchanged"), **details)


SLOW = (
    fault("T1 nothing after connecting", None, "error:timeout"),
    fault("T1 nothing after the request", HANG, "error:timeout"),
    fault("T1 nothing after the status line", OK + HANG, "error:timeout"),
    fault("T1 nothing after the headers", HEAD + LENGTH + b"\r\n" + HANG, "error:timeout"),
    fault("T1 nothing after half the body", HEAD + LENGTH + b"\r\n" + HALF + HANG, "error:timeout"),
    fault("T1 status line letter by letter", Drip(b"HTTP/1.1 200 O", b"K", 0.05), "error:timeout"),
    fault("T1 a header line now and then", Drip(HEAD, b"X-Wait: a while\r\n", 0.1), "error:timeout"),
    fault("T1 body byte by byte", Drip(HEAD + LENGTH + b"\r\n<html>", b" ", 0.1), "error:timeout"),
    fault("T1 chunks that never end", Drip(CHUNKED, b"1\r\nx\r\n", 0.1), "error:timeout"),
    fault("T1 interim answers now and then", Drip(b"", b"HTTP/1.1 102 Processing\r\n\r\n", 0.1), "error:timeout"),
    fault("T1 chunk without its end", CHUNKED + b"5\r\n<html" + HANG, "error:timeout"),
    fault(
        "T1 packed body that never ends",
        Drip(HEAD + b"Content-Encoding: gzip\r\n\r\n" + PACKED[:40], b"", 0.1),
        "error:timeout",
    ),
)

LARGE = (
    fault("T2 body without end", Drip(HEAD + b"\r\n", b"<p>more</p>" * 5000), "error:too_large"),
    fault("T2 chunks without end", Drip(CHUNKED, b"4000\r\n" + b"x" * 0x4000 + b"\r\n"), "error:too_large"),
    fault("T2 length of a gigabyte", HEAD + b"Content-Length: 1000000000\r\n\r\n" + HANG, "error:too_large"),
    fault("T2 length of thirty digits", HEAD + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n" + HANG, "error:protocol"),
    fault("T2 length shorter than the page", HEAD + b"Content-Length: 300\r\n\r\n" + PAGE, "error:truncated"),
    fault("T2 body just over the limit", html("x" * (1024 * 1024 + 1)), "error:too_large"),
    fault("T3 one endless header", Drip(OK + b"X: ", b"x" * 10_000), "error:headers_too_large"),
    fault("T3 headers without end", Drip(HEAD, b"X-Header: y\r\n" * 1000), "error:headers_too_large"),
    fault("T3 status line without end", Drip(b"HTTP/1.1 200 ", b"OK " * 1000), "error:headers_too_large"),
    fault(
        "T3 interim answers without end",
        Drip(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 500),
        "error:headers_too_large",
    ),
    fault("T3 chunk extensions without end", Drip(CHUNKED + b"1;", b"e" * 10_000), "error:too_large"),
    fault(
        "T3 small chunks with large extensions", Drip(CHUNKED, b"1;" + b"e" * 15000 + b"\r\nx\r\n"), "error:too_large"
    ),
    fault("T3 trailers without end", Drip(CHUNKED + b"1\r\nx\r\n0\r\n", b"X-Trailer: y\r\n" * 500), "error:too_large"),
)

CUT = (
    fault("T4 length not reached", HEAD + LENGTH + b"\r\n" + HALF, "error:truncated"),
    fault("T4 one byte short", HEAD + LENGTH + b"\r\n" + PAGE[:-1], "error:truncated"),
    fault("T4 no last chunk", CHUNKED + f"{len(PAGE):x}\r\n".encode() + PAGE + b"\r\n", "error:truncated"),
    fault("T4 chunk cut", CHUNKED + f"{len(PAGE):x}\r\n".encode() + HALF, "error:truncated"),
    fault("T4 chunk size cut", CHUNKED + b"4", "error:truncated"),
    fault("T4 headers cut", OK + b"Content-Ty", "error:truncated"),
    fault("T4 ended by closing, half a document", HEAD + b"\r\n" + HALF, "error:truncated"),
    fault("T4 ended by closing, in a tag", HEAD + b"\r\n" + PAGE[: PAGE.index(b"<main>") + 3], "error:truncated"),
    fault("T4 ended by closing, empty", HEAD + b"\r\n", "error:empty"),
    fault("T4 gzip without its end", encoded(PACKED[:-9], "gzip"), "error:truncated"),
    fault("T4 gzip without its checksum", encoded(PACKED[:-8], "gzip"), "error:truncated"),
    fault(
        "T4 gzip cut in chunks",
        HEAD + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n" + PACKED[:20] + b"\r\n0\r\n\r\n",
        "error:truncated",
    ),
    fault("T4 whole transfer of half a document", html(document()[: len(PAGE) // 2]), "error:truncated"),
    *(
        Behaviour(
            f"T4 whole transfer of a document cut in {place}",
            (html(whole), html(whole[: whole.index(end) + 4]), html(whole)),
            ("ok", "error:truncated", "unchanged"),
            source=f'[parser]\ntype = "css"\ntitle = "h1"\nbody = "{place}"\n',
        )
        for place, end in (("section", "A pilot"), ("body", "A pilot"))
        for whole in (document().replace("main>", f"{place}>").replace("<body><body>", "<body>"),)
    ),
    calm("T4 ended by closing, whole", HEAD + b"\r\n" + PAGE),
    calm("T4 chunked, whole", CHUNKED + f"{len(PAGE):X};a=b\r\n".encode() + PAGE + b"\r\n0\r\nX-T: 1\r\n\r\n"),
)

GARBLED = (
    fault("T5 closed without a word", b"", "error:reset"),
    fault("T5 reset without a word", RESET, "error:reset"),
    fault("T5 reset in the headers", HEAD + RESET, "error:reset"),
    fault("T5 reset in the body", HEAD + LENGTH + b"\r\n" + HALF + RESET, "error:reset"),
    fault("T5 noise", bytes(range(256)) * 4, "error:protocol"),
    fault("T5 HTTP/0.9", PAGE, "error:protocol"),
    fault("T5 the banner of an SSH server", b"SSH-2.0-OpenSSH_9.9\r\n", "error:protocol"),
    fault("T5 the banner of a mail server", b"220 mail.harbours.example ESMTP\r\n", "error:protocol"),
    fault(
        "T5 switching protocols",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n",
        "error:protocol",
    ),
    fault("T5 chunk size that is no number", CHUNKED + b"zz\r\nxx\r\n", "error:protocol"),
    fault("T5 chunk size below nothing", CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n", "error:protocol"),
    fault("T5 chunk size of forty digits", CHUNKED + b"f" * 40 + b"\r\nx\r\n", "error:protocol"),
    fault("T5 two lengths", HEAD + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nhello", "error:protocol"),
    fault("T5 length below nothing", HEAD + b"Content-Length: -1\r\n\r\nhello", "error:protocol"),
    fault("T5 length that is no number", HEAD + b"Content-Length: many\r\n\r\nhello", "error:protocol"),
    fault("T5 coding that is none", HEAD + b"Transfer-Encoding: sluice\r\n\r\nhello", "error:protocol"),
    fault("T5 no version", b"HTTP 200 OK\r\n\r\n", "error:protocol"),
    fault("T5 version 3", b"HTTP/3.0 200 OK\r\nContent-Length: 0\r\n\r\n", "error:protocol"),
    fault("T5 status of four digits", b"HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n", "error:protocol"),
    fault("T5 status that is no number", b"HTTP/1.1 OK 200\r\nContent-Length: 0\r\n\r\n", "error:protocol"),
    fault("T5 header without a colon", OK + b"just words\r\nContent-Length: 0\r\n\r\n", "error:protocol"),
    fault("T5 header without a name", OK + b": x\r\nContent-Length: 0\r\n\r\n", "error:protocol"),
    fault("T5 NUL in a header", OK + b"X: a\x00b\r\nContent-Length: 0\r\n\r\n", "error:protocol"),
    fault("T5 only an interim answer", b"HTTP/1.1 100 Continue\r\n\r\n", "error:truncated"),
    fault("T10 HTTP/2 frames", b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + b"\x00" * 18 + HANG, "error:protocol"),
    calm("T5 two equal lengths", HEAD + LENGTH + LENGTH + b"\r\n" + PAGE),
    calm("T5 lines that end without a return", (HEAD + LENGTH + b"\r\n").replace(b"\r\n", b"\n") + PAGE),
    calm("T5 interim answers before the page", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3 + GOOD),
    calm(
        "T5 length and chunks at once",
        HEAD
        + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
        + f"{len(PAGE):x}\r\n".encode()
        + PAGE
        + b"\r\n0\r\n\r\n",
    ),
    calm("T7 a second answer behind the first", GOOD + EDITED + HANG, GOOD + EDITED + HANG),
    calm(
        "T7 a second answer behind a 304",
        b'HTTP/1.1 200 OK\r\nETag: "1"\r\n' + GOOD.partition(b"\r\n")[2] + EDITED + HANG,
    ),
)


def bomb(size: int) -> bytes:
    """So many bytes, packed."""
    return gzip.compress(b"<p>dues</p>" * (size // 11))


PACKS = (
    fault("T6 gzip bomb", encoded(bomb(50_000_000), "gzip"), "error:too_large"),
    fault("T6 gzip in gzip", encoded(gzip.compress(PACKED), "gzip, gzip"), "error:encoding"),
    fault(
        "T6 gzip in gzip, in two headers",
        HEAD + b"Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(PACKED),
        "error:encoding",
    ),
    fault("T6 gzip in gzip, named once", encoded(gzip.compress(PACKED), "gzip"), "error:content_type"),
    fault("T6 a thousand codings", encoded(PACKED, ", ".join(["gzip"] * 1000)), "error:encoding"),
    fault("T6 brotli unasked", encoded(b"\x8b\x02\x80dues\x03", "br"), "error:encoding"),
    fault("T6 zstd unasked", encoded(b"\x28\xb5\x2f\xfd\x04\x00\x21\x00\x00dues", "zstd"), "error:encoding"),
    fault("T6 deflate unasked", encoded(zlib.compress(PAGE), "deflate"), "error:encoding"),
    fault("T6 compress unasked", encoded(PAGE, "compress"), "error:encoding"),
    fault("T6 a coding nobody knows", encoded(PAGE, "sluice"), "error:encoding"),
    fault("T6 said to be gzip, but plain", encoded(PAGE, "gzip"), "error:encoding"),
    fault("T6 gzip with a wrong checksum", encoded(PACKED[:-8] + b"\0" * 8, "gzip"), "error:encoding"),
    fault("T6 gzip broken in its middle", encoded(PACKED[:60] + b"?" * 60 + PACKED[120:], "gzip"), "error:encoding"),
    fault("T6 gzip with more behind it", encoded(PACKED + b"more", "gzip"), "error:encoding"),
    fault(
        "T6 gzip that never stops",
        Drip(HEAD + b"Content-Encoding: gzip\r\n\r\n" + bomb(2_000_000)[:-8], b"\0" * 9000),
        "error:too_large",
    ),
    calm("T6 two gzip streams in a row", encoded(gzip.compress(HALF) + gzip.compress(PAGE[len(HALF) :]), "gzip")),
    fault("T6 gzip streams without end", encoded(PACKED + gzip.compress(b"") * 1000, "gzip"), "error:encoding"),
    calm("T6 gzip", encoded(PACKED, "gzip"), encoded(PACKED, "x-gzip")),
    calm("T6 identity", encoded(PAGE, "identity")),
)

STATUSES = (
    *(
        fault(f"T8 status {status}", answer(PAGE, f"{status} Odd", Content_Type="text/html"), "error:status")
        for status in (
            201,
            202,
            203,
            206,
            207,
            226,
            300,
            400,
            402,
            405,
            406,
            409,
            418,
            500,
            501,
            502,
            504,
            520,
            599,
            600,
            999,
        )
    ),
    fault("T8 status 204", b"HTTP/1.1 204 No Content\r\n\r\n", "error:status"),
    fault("T8 status 205", answer(b"", "205 Reset Content"), "error:status"),
    fault("T8 status 000", b"HTTP/1.1 000 Zero\r\nContent-Length: 0\r\n\r\n", "error:protocol"),
    fault("T8 304 nobody asked for", b"HTTP/1.1 304 Not Modified\r\n\r\n", "error:status"),
    fault("T8 304 with a page behind it", b"HTTP/1.1 304 Not Modified\r\n" + LENGTH + b"\r\n" + PAGE, "error:status"),
)

SECURE = (
    always("T9 certificate of nobody known", GOOD, "error:tls", certificate="unknown", scheme="https"),
    always("T9 certificate that has expired", GOOD, "error:tls", certificate="expired", scheme="https"),
    always("T9 certificate of the future", GOOD, "error:tls", certificate="future", scheme="https"),
    always("T9 certificate of another host", GOOD, "error:tls", certificate="elsewhere", scheme="https"),
    always("T9 plain words where TLS is due", GOOD, "error:tls", scheme="https"),
    always("T9 no handshake", None, "error:timeout", scheme="https"),
    always("T9 reset in the handshake", RESET, "error:tls", scheme="https"),
    always("T9 TLS where plain words are due", GOOD, "error:reset", certificate="good", scheme="http"),
    always(
        "T4 TLS without goodbye, half a document",
        HEAD + b"\r\n" + HALF,
        "error:truncated",
        certificate="good",
        scheme="https",
    ),
    calm("T9 a good certificate", GOOD, certificate="good", scheme="https"),
)

ADDRESSES = (
    always("T11 a name without address", GOOD, "error:connect", host="nobody.harbours.example"),
    always("T11 a name that takes its time", GOOD, "error:timeout", host="late.harbours.example"),
    Behaviour("T11 a name that fails once", (GOOD, GOOD), ("error:connect", "ok"), host="shaky.harbours.example"),
)

BEHAVIOURS = (*SLOW, *LARGE, *CUT, *GARBLED, *PACKS, *STATUSES, *SECURE, *ADDRESSES)
