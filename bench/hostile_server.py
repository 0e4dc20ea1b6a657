"""A server of hostile pages and good ones on loopback, in a process of its own; prints its port.

A page is its path. Those that can be read say something else at each look, so that all of it must be compared.
"""

import asyncio
import contextlib
import gzip
import itertools
from collections.abc import Callable, Iterable, Iterator

GOOD = 20
HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"

Answer = Iterable[bytes]
"""The parts of an answer, sent one after another; the connection is closed after the last."""


def document(main: str) -> bytes:
    """A page."""
    head = '<!doctype html><html><head><meta charset="utf-8"><title>Dues</title></head><body>'
    return f"{head}<main><h1>Dues</h1>{main}</main></body></html>".encode()


def html(main: str, headers: str = "") -> bytes:
    """A whole answer."""
    body = document(main)
    return f"{HEAD}{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


def whole(part: Callable[[int, int], str], count: int) -> Callable[[int], Answer]:
    """A page of so many parts, made from their number and the look's."""
    return lambda look: [html("".join(part(number, look) for number in range(count)))]


def endless(start: str, part: bytes) -> Callable[[int], Answer]:
    """An answer without end."""
    return lambda _: itertools.chain([start.encode()], itertools.repeat(part))


def slow(start: str) -> Callable[[int], Answer]:
    """An answer that stops after its start; an empty part is a pause."""
    return lambda _: itertools.chain([start.encode()], itertools.repeat(b""))


def bomb(_look: int) -> Answer:
    """Half a gigabyte, packed."""
    body = gzip.compress(b"<p>dues</p>" * 50_000_000)
    return [f"{HEAD}Content-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body]


BOMB = list(bomb(0))

HOSTILE: dict[str, Callable[[int], Answer]] = {
    "paragraphs": whole(lambda number, look: f"<p>due {number} of {look}</p>", 50_000),
    "short-paragraphs": whole(lambda number, look: f"<p>{number + look}", 60_000),
    "cells": whole(lambda number, look: f"<tr><td>{number}<td>{number * look}", 20_000),
    "figures": whole(lambda number, look: f" {number * 7 + look}", 90_000),
    "links": whole(lambda number, look: f"<a href='/{number}-{look}'>y</a> ", 30_000),
    "headings": whole(lambda number, look: f"<h2>{number}</h2><p>{look}", 25_000),
    "items": whole(lambda number, look: f"<li>{number} {look}", 50_000),
    "one-long-word": whole(lambda number, look: f"{look % 10}x", 3_500_000),
    "much-text": whole(
        lambda number, look: f"<p>The dues of berth {number} rise by {number + look} per cent.", 100_000
    ),
    "nested": whole(lambda number, look: "<div>", 100_000),
    "left-open": whole(lambda number, look: "<b><i><font>", 30_000),
    "options": whole(lambda number, look: "<option>x", 60_000),
    "attributes": lambda _: [html("<p " + " ".join(f"a{number}=1" for number in range(50_000)) + ">")],
    "bomb": lambda _: BOMB,
    "body-without-end": endless(f"{HEAD}\r\n", b"<p>more</p>" * 5000),
    "headers-without-end": endless(HEAD, b"X-Header: y\r\n" * 1000),
    "extensions": endless(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n", b"1;" + b"e" * 15_000 + b"\r\nx\r\n"),
    "silence": slow(""),
    "body-that-stops": slow(f"{HEAD}Content-Length: 900000\r\n\r\n<html>"),
    "circle": lambda look: [f"HTTP/1.1 302 Found\r\nLocation: /circle?{look}\r\nContent-Length: 0\r\n\r\n".encode()],
}


def good(number: int) -> bytes:
    """A page that stays."""
    return html("".join(f"<p>Berth {berth} of harbour {number} is open.</p>" for berth in range(40)))


def others(path: str) -> Answer:
    """What is no hostile page: a good one, or the robots.txt that no host has."""
    if path == "robots.txt":
        return [b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"]
    return [good(int(path.removeprefix("good-")))]


async def serve(looks: Iterator[int], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers one request."""
    with contextlib.suppress(OSError, asyncio.IncompleteReadError):
        path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()[1:].partition("?")[0]
        talk = HOSTILE.get(path)
        for part in talk(next(looks)) if talk else others(path):
            writer.write(part)
            await writer.drain()
            if not part:
                await asyncio.sleep(0.5)
    writer.close()


async def main() -> None:
    """Serves until killed."""
    looks = itertools.count()
    server = await asyncio.start_server(lambda *ends: serve(looks, *ends), "0.0.0.0", 0)  # noqa: S104 -- every address of loopback
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
