"""The addresses that listings name. Pure."""

import re
from urllib.parse import urljoin, urlsplit

TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_cid|mc_eid")
"""Query parameters that say where a reader came from, never what is read."""


def page_address(href: str, base_url: str) -> str | None:
    """The address of a page that a listing names, absolute, less fragment and tracking; None where it is no page's."""
    try:
        url = urljoin(base_url, href.strip()).partition("#")[0]
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    kept = [pair for pair in parts.query.split("&") if not TRACKING.fullmatch(pair.partition("=")[0])]
    return parts._replace(query="&".join(kept)).geturl()
