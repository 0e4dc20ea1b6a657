"""The same pages by httpx alone: one client a host, bodies thrown away. `python -m bench.baseline URLS.json [CA]`."""

import asyncio
import json
import ssl
import sys
from collections import defaultdict
from pathlib import Path

import httpx


async def fetch_all(urls: list[str], ca_file: str) -> None:
    """Fetches hosts side by side, a host's pages one after another."""
    context = ssl.create_default_context(cafile=ca_file) if ca_file else ssl.create_default_context()
    by_host: defaultdict[str, list[str]] = defaultdict(list)
    for url in urls:
        by_host[url.split("/")[2]].append(url)
    places = asyncio.Semaphore(64)

    async def fetch(group: list[str]) -> None:
        async with places, httpx.AsyncClient(verify=context, trust_env=False) as client:
            for url in group:
                (await client.get(url)).raise_for_status()

    await asyncio.gather(*map(fetch, by_host.values()))


if __name__ == "__main__":
    asyncio.run(fetch_all(json.loads(Path(sys.argv[1]).read_text()), sys.argv[2]))
