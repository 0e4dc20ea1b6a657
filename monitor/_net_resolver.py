"""Looks a name up in a thread of its own. The resolver."""

import asyncio
import socket
import threading
from contextlib import suppress


async def resolve(host: str, port: int) -> tuple[str, ...]:
    """Every address of the host, in the resolver's order, from one lookup; none where the name has none.

    `getaddrinfo` cannot be cancelled, and in a pool of threads a few stuck names would hold up all others. A thread a
    lookup cannot, and as a daemon it does not hold up the end of the program either.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[tuple[str, ...]] = loop.create_future()

    def tell(found: tuple[str, ...]) -> None:
        if not answer.done():
            answer.set_result(found)

    def look_up() -> None:
        found = _look_up(host, port)
        with suppress(RuntimeError):  # the loop has ended meanwhile: nobody waits any more
            loop.call_soon_threadsafe(tell, found)

    threading.Thread(target=look_up, name="resolve", daemon=True).start()
    return await answer


def _look_up(host: str, port: int) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # UnicodeError: a label is empty or too long
        return ()
    return tuple(dict.fromkeys(str(info[4][0]) for info in found))
