"""A page whose publisher is no friend: everything that it says is an attempt on who reads of it."""

from datetime import timedelta
from pathlib import Path

from monitor.decide import decide
from monitor.models import (
    Attachment,
    Block,
    BlockKind,
    Check,
    Fetch,
    Link,
    Note,
    Outcome,
    Reading,
    Source,
    Statement,
)
from monitor.stores.sqlite import Store
from screenshots.story import BEGINS

CANARY = "canary.example"
"""Nobody may ask anything of it."""

URL = "https://www.example.org/%22%3E%3Cscript%3Ealert(1)%3C/script%3E"

PAYLOADS = (
    "<script>alert('text')</script>",
    f'"><img src="http://{CANARY}/x" onerror="alert(1)">',
    "</textarea></title></style><svg onload=alert(1)>",
    "javascript:alert(1)//",
    "{{ 7 * 7 }}{% raw %}",
    "\u202e\u2066evil\u2069\u202c",
    f"<link rel=stylesheet href=http://{CANARY}/y.css>",
    "<b>" * 30 + "deep",
)

WORDS = "and then a good many words that stay as they are, as they do on most pages that are edited"

SOURCE = Source("hostile", (URL,))


def statement(edit: int) -> Statement:
    """As it stands after so many edits."""
    links = (Link(PAYLOADS[0], "javascript:alert(document.domain)"), Link("plain", f"http://{CANARY}/{edit}"))
    body = tuple(
        Block(kind, f"{payload} {edit if payload in PAYLOADS[:3] else 0} {WORDS}", 1, links)
        for kind, payload in zip((*BlockKind, *BlockKind), PAYLOADS, strict=False)
    )
    return Statement(
        URL,
        PAYLOADS[0] + PAYLOADS[5],
        "css-1",
        lead=PAYLOADS[1],
        notes=tuple(Note(None, f"{payload} {number}") for number in range(edit, 0, -1) for payload in PAYLOADS[:3]),
        body=body,
        attachments=(Attachment(PAYLOADS[1], f"javascript:alert({edit})", PAYLOADS[2]),),
        keeps_history=True,
    )


def tell(path: Path) -> None:
    """A database that saw the page edited twice."""
    store = Store.open(path)
    store.sync_sources([SOURCE], BEGINS)
    for edit in range(3):
        at = BEGINS + timedelta(days=edit)
        (page,) = store.claim_pages(at, 1, timedelta(minutes=5), [URL])
        headers = (("x-hostile", PAYLOADS[0]),)
        body = f"<script>document.location='http://{CANARY}/{edit}'</script>".encode()
        fetch = Fetch(URL, 200, headers=headers, content_type=f"text/html{PAYLOADS[1]}", body=body)
        check = Check(page, at, Outcome.OK, fetch, Reading(statement=statement(edit)))
        store.record([decide(check, store.known(page.id), SOURCE, {})], at)
    store.close()
