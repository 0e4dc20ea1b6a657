"""A publisher on loopback that edits its pages continually, every edit known by a mark that stands nowhere else."""

import asyncio
import random

PAGE = """<html lang="en"><h1>Notice to harbour {page}</h1><article>
<p>This notice is kept by the Department for Tides and Moorings and holds for all vessels in the harbour.</p>
<p>Masters must keep to the fairway between the two breakwaters and answer the harbour office when called.</p>
<p>Licence {mark} is in force.</p>
</article></html>"""


MARK = r"M\d+x\d+x[0-9a-f]{12}"


class Site:
    """Pages by number; `marks` are those each page ever carried, oldest first: the last one it carries now."""

    def __init__(self, pages: int, chance: random.Random) -> None:
        self._chance = chance
        self.marks = [[self._mark(page, 0)] for page in range(pages)]

    def edit(self, page: int) -> None:
        """Puts a new mark in place of the page's last one."""
        self.marks[page].append(self._mark(page, len(self.marks[page])))

    def _mark(self, page: int, number: int) -> str:
        return f"M{page}x{number}x{self._chance.getrandbits(48):012x}"

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers one request for `/PAGE`; an asker that was killed meanwhile gets nothing."""
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            if request.startswith(b"GET /robots.txt "):
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            page = int(request.split()[1].rsplit(b"/", 1)[1])
            body = PAGE.format(page=page, mark=self.marks[page][-1]).encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n"
            writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()
