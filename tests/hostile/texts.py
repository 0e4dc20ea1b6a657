"""The pages a hostile site has: a statement of a department that does not exist, and what may stand in its place."""

from dataclasses import replace

from monitor.demo import markup
from monitor.demo.publications import NEW_RELEASE, Publication, Tokens
from monitor.models import Note
from tests.servers import answer, html

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"

DUES = (
    "Harbour dues will rise by 4 per cent on Monday, the Department for Rivers and Harbours has said.",
    "Boats of less than 12 metres must pay at the quay. The harbour master may let others pay by the month.",
    "The money goes to the dredging of Nettle Wharf, which has not been done for eleven years.",
    "Skippers who fish for crab and lobster told the review that the old dues were simple, and asked for them to stay.",
    "A pilot is not needed in the outer basin. In the inner basin one shall be taken whenever the red lamp is lit.",
)
LADDERS = (
    "Salmon climbed the new ladders at Upper Thistle in greater numbers than anybody on the river can remember.",
    "Rangers counted 812 fish in one week of rain, most of them at night and nearly all of them hens.",
    "Anglers were asked to keep away from the pools below each weir until the season opens in the spring.",
    "Schools along the valley are invited to watch the count from a hut that the water company has lent.",
    "Three more ladders are planned, and the first of them is to be ready before the next run begins.",
)
WELSH = (
    "Bydd tollau porthladd yn codi 4 y cant ddydd Llun, meddai'r Adran dros Afonydd a Phorthladdoedd.",
    "Rhaid i gychod o dan 12 metr dalu wrth y cei. Gall y meistr adael i eraill dalu bob mis.",
    "Mae'r arian yn mynd tuag at garthu Glanfa Danadl, nad yw wedi'i wneud ers un mlynedd ar ddeg.",
    "Dywedodd pysgotwyr crancod wrth yr adolygiad fod yr hen dollau yn syml, a gofynnwyd am eu cadw.",
    "Nid oes angen peilot yn y basn allanol. Yn y basn mewnol rhaid cymryd un pan fydd y lamp goch wedi'i goleuo.",
)


def document(
    title: str = "Harbour dues",
    paragraphs: tuple[str, ...] = DUES,
    head: str = "",
    around: str = "",
    language: str = "en",
) -> str:
    """A whole page of no publisher in particular, read by selectors."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title} - Rivers and Harbours'
        f"</title>{head}</head><body>{around}<main><h1>{title}</h1>{text}</main></body></html>"
    )


def edited(old: str = "4 per cent", new: str = "14 per cent") -> str:
    """The page after an edit of a few words."""
    return document().replace(old, new)


GOOD = html(document())
EDITED = html(edited())


def encoded(body: bytes, coding: str) -> bytes:
    """An answer whose body is packed as it says."""
    return answer(body, Content_Type="text/html; charset=utf-8", Content_Encoding=coding)


# --- in GOV.UK's markup ----------------------------------------------------------------------------------------------

GOVUK = ""
"""The lines of a source that is read as GOV.UK's pages are."""

STATEMENT = Publication(
    path="/government/news/harbour-dues",
    title="Harbour dues to rise",
    document_type="News story",
    lead="Boats of less than 12 metres pay at the quay.",
    body="".join(f"<p>{paragraph}</p>" for paragraph in DUES),
    published_at="2026-03-02T10:00:00.000+00:00",
    edited_at="2026-03-09T15:20:41.090Z",
    notes=(Note("2026-03-09T15:20:00.000+00:00", "Added the depth of the basin."),),
)
OTHER = replace(
    STATEMENT,
    path="/government/news/fish-ladders",
    title="Fish ladders work",
    lead="Salmon are back at Upper Thistle.",
    body="".join(f"<p>{paragraph}</p>" for paragraph in LADDERS),
    published_at="2026-04-13T10:00:00.000+00:00",
    notes=(Note("2026-05-04T09:00:00.000+00:00", "Added the count of the third week."),),
)


def govuk(publication: Publication = STATEMENT, language: str = "en") -> str:
    """The publication as GOV.UK would show it."""
    page = markup.page(publication, "http://harbours.example", NEW_RELEASE, Tokens("n0nce", "t0ken", "a1b2c3d4"))
    return page.replace('lang="en"', f'lang="{language}"')
