"""A whole publisher on loopback: an index, its sitemaps, and every page they name. Made when asked for, never kept.

Started as `python -m bench.publisher FILES PAGES_A_FILE`; prints its port. `POST /move/FILE/FROM/TO/WHAT` moves the
`lastmod` of these pages of one sitemap; WHAT is `edited` (a figure of each differs) or `republished` (nothing does).
`POST /publish/FILE` adds a page. `GET /asked` gives what was asked for since then, as JSON, and forgets it.
"""

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta

from bench.server import Connection
from bench.site import TOKEN, page

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def address(number: int) -> str:
    """The path of a page, of usual length."""
    return f"/government/publications/a-plan-for-the-dredging-of-harbours-and-rivers-{number}"


class Publisher:
    """What is served. `moves` counts the moves of each page and of each sitemap."""

    def __init__(self, files: int, pages_a_file: int) -> None:
        self.files = files
        self.pages_a_file = pages_a_file
        self.added = [0] * files
        self.edited: set[int] = set()
        self.moves: dict[int, int] = {}
        self.file_moves = [0] * files
        self.asked: list[str] = []
        self.base = ""

    def answer(self, request: bytes) -> bytes:
        """The bytes of an answer."""
        method, path, *_ = request.decode("latin-1").split(" ", 2)
        if method == "POST":
            self.change(path.split("/")[1:])
            return b"HTTP/1.1 204 No Content\r\n\r\n"
        if path == "/asked":
            body, self.asked = json.dumps(self.asked), []
            return answered(body, "application/json")
        if path == "/robots.txt":
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        self.asked.append(path)
        self.base = "http://" + request.lower().partition(b"\r\nhost: ")[2].partition(b"\r\n")[0].decode("latin-1")
        made = self.made(path)
        if f'"{made[0]}"'.encode() in request:
            return b"HTTP/1.1 304 Not Modified\r\n\r\n"
        return answered(*made[1:], etag=made[0])

    def change(self, words: list[str]) -> None:
        """Moves or publishes pages."""
        file = int(words[1])
        self.file_moves[file] += 1
        if words[0] == "publish":
            self.added[file] += 1
            return
        first = file * self.pages_a_file
        numbers = range(first + int(words[2]), first + int(words[3]))
        self.moves |= {number: self.moves.get(number, 0) + 1 for number in numbers}
        if words[4] == "edited":
            self.edited |= set(numbers)

    def made(self, path: str) -> tuple[str, str, str]:
        """A validator, the text and its type."""
        if path == "/sitemap.xml":
            named = "".join(
                self.entry("sitemap", f"/sitemaps/{n}.xml", moves) for n, moves in enumerate(self.file_moves)
            )
            return f"i{sum(self.file_moves)}", f"<sitemapindex {SPACE}>{named}</sitemapindex>", "application/xml"
        if path.startswith("/sitemaps/"):
            file = int(path[10:-4])
            return f"s{file}-{self.file_moves[file]}", self.sitemap(file), "application/xml"
        number = int(path.rsplit("-", 1)[1])
        text = page(number % self.total, edited=number in self.edited).replace(TOKEN, "0" * 32)
        return f"p{number}-{self.moves.get(number, 0)}", text, "text/html; charset=utf-8"

    @property
    def total(self) -> int:
        """How many pages there were at first."""
        return self.files * self.pages_a_file

    def sitemap(self, file: int) -> str:
        """One sitemap."""
        first = file * self.pages_a_file
        numbers = [*range(first, first + self.pages_a_file), *(self.total + file + n for n in range(self.added[file]))]
        urls = "".join(self.entry("url", address(number), self.moves.get(number, 0)) for number in numbers)
        return f'<?xml version="1.0" encoding="UTF-8"?><urlset {SPACE}>{urls}</urlset>'

    def entry(self, tag: str, path: str, moves: int) -> str:
        """An address and its date."""
        at = (START + timedelta(minutes=moves)).isoformat()
        return f"<{tag}><loc>{self.base}{path}</loc><lastmod>{at}</lastmod></{tag}>"


def answered(body: str, content_type: str, etag: str = "") -> bytes:
    """A whole answer."""
    told = body.encode()
    tag = f'ETag: "{etag}"\r\n' if etag else ""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(told)}\r\n{tag}\r\n"
    return head.encode() + told


async def serve(files: int, pages_a_file: int) -> None:
    """Serves until killed."""
    publisher = Publisher(files, pages_a_file)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(publisher), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
