"""What the department has published when the demo begins, and what it publishes later. Texts are in `pages/`."""

from pathlib import Path

from monitor.demo.publications import Occasion, Publication
from monitor.models import Attachment, Note

NEWS = "/government/news/"
SPEECHES = "/government/speeches/"
PUBLICATIONS = "/government/publications/"


def _body(name: str) -> str:
    """The text of one statement, as HTML."""
    return (Path(__file__).parent / "pages" / f"{name}.html").read_text(encoding="utf-8")


HARBOUR_FUND = Publication(
    path=NEWS + "small-harbours-fund-opens-on-monday",
    title="Small Harbours Fund opens on Monday",
    document_type="Press release",
    lead="Harbours that land fewer than 500 tonnes of fish may apply for quay walls, ladders and lights.",
    body=_body("harbour-fund"),
    published_at="2026-02-16T09:30:00.000+00:00",
    edited_at="2026-02-16T09:31:07.412Z",
)

FERRY_TIMETABLE = Publication(
    path=NEWS + "nettle-wharf-ferry-new-timetable",
    title="Nettle Wharf ferry: new timetable",
    document_type="News story",
    lead="Later boats on Saturdays, and a lamp that says when the ferry does not run.",
    body=_body("ferry-timetable"),
    published_at="2026-03-02T10:00:00.000+00:00",
    edited_at="2026-03-09T15:20:41.090Z",
    notes=(Note("2026-03-09T15:20:00.000+00:00", "Added how long the crossing takes."),),
)

BRIDGE_INSPECTIONS = Publication(
    path=NEWS + "swing-bridges-inspections-before-the-autumn",
    title="Swing bridges: inspections before the autumn",
    document_type="News story",
    lead="Owners need half a day for each bridge.",
    body=_body("bridge-inspections"),
    published_at="2026-03-12T11:15:00.000+00:00",
    edited_at="2026-03-12T11:15:32.771Z",
)

BUOY_COLOURS = Publication(
    path=NEWS + "wreck-buoys-yellow-and-blue",
    title="Wreck buoys to be yellow and blue",
    document_type="Press release",
    lead="One pair of colours for every harbour, from the spring tides.",
    body=_body("buoy-colours"),
    published_at="2026-01-21T08:00:00.000+00:00",
    edited_at="2026-01-21T08:02:19.300Z",
)

MOORING_FEES = Publication(
    path=NEWS + "mooring-fees-stay-as-they-are",
    title="Mooring fees stay as they are",
    document_type="News story",
    lead="No rise in the department’s own harbours until the end of March 2027.",
    body=_body("mooring-fees"),
    published_at="2026-02-27T13:00:00.000+00:00",
    edited_at="2026-02-27T13:00:51.004Z",
)

LOCK_KEEPERS = Publication(
    path=SPEECHES + "minister-speaks-to-the-lock-keepers",
    title="Minister speaks to the lock keepers",
    document_type="Speech",
    lead="Ottilie Marsh spoke of keepers, spare gates and figures written down at six.",
    body=_body("lock-keepers"),
    published_at="2026-02-05T18:45:00.000+00:00",
    edited_at="2026-02-06T08:10:03.118Z",
    people=("Ottilie Marsh",),
    occasion=Occasion("Keepers’ Hall, Upper Sallow", "2026-02-04T00:00:00+00:00"),
)

FLOOD_GATES = Publication(
    path=SPEECHES + "flood-gates-at-upper-sallow",
    title="Flood gates at Upper Sallow",
    document_type="Oral statement to Parliament",
    lead="What failed on the night of 14 February, and what has been done since.",
    body=_body("flood-gates"),
    published_at="2026-02-24T16:05:00.000+00:00",
    edited_at="2026-02-24T16:40:12.655Z",
    people=("Ottilie Marsh",),
    occasion=Occasion("House of Commons", "2026-02-24T00:00:00+00:00"),
)

EEL_SURVEY = Publication(
    path=PUBLICATIONS + "eel-survey-2025",
    title="Eel survey 2025",
    document_type="Research and analysis",
    lead="How many eels passed the weirs of 18 rivers.",
    body=_body("eel-survey"),
    published_at="2026-01-15T09:30:00.000+00:00",
    edited_at="2026-01-15T09:34:44.902Z",
    attachments=(
        Attachment("Eel survey 2025", "/government/uploads/eel-survey-2025.pdf", "PDF, 1.2 MB, 38 pages"),
        Attachment("Counts by weir", "/government/uploads/eel-counts-2025.ods", "ODS, 84.1 KB"),
    ),
)

STATEMENTS = (
    HARBOUR_FUND,
    FERRY_TIMETABLE,
    BRIDGE_INSPECTIONS,
    BUOY_COLOURS,
    MOORING_FEES,
    LOCK_KEEPERS,
    FLOOD_GATES,
    EEL_SURVEY,
)

PILOT_BOATS = Publication(
    path=NEWS + "two-pilot-boats-launched",
    title="Two pilot boats launched",
    document_type="Press release",
    lead="The Heron and the Bittern replace a boat built in 1988.",
    body=_body("pilot-boats"),
    published_at="2026-03-20T12:00:00.000+00:00",
    edited_at="2026-03-20T12:01:15.220Z",
)
"""Published while the demo runs."""
