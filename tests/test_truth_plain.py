"""The plain reading of a page that the product is held against."""

import pytest

from truth.plain import plain, told

HISTORY = "<li class='gem-c-published-dates__change-item'><time>{}</time> <p>{}</p></li>"


def page(
    text: str = "Lamps cost £5.",
    notes: tuple[tuple[str, str], ...] = (("1 May 2025", "First published."),),
    updated: str | None = "1 May 2025",
    notice: str = "",
) -> bytes:
    entries = "".join(HISTORY.format(*note) for note in notes)
    shown = f"Last updated {updated}" if updated else ""
    return (
        f"<main><h1>Lamps</h1>{notice}<div class='govspeak'><p>{text}</p><nav>Contents</nav></div>"
        f"<div class='gem-c-published-dates'>Published 1 May 2025 {shown}<ol>{entries}</ol></div></main>"
    ).encode()


ADDED = (("2 May 2025", "Costs corrected."), ("1 May 2025", "First published."))
REWORDED = (("1 May 2025", "Published."),)
WITHDRAWN = "<section class='gem-c-notice'>This guidance was withdrawn on 3 May 2025</section>"


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        (page(), "unchanged"),
        (page(text="Lamps  cost <b>£5</b>."), "unchanged"),
        (page(text="Lamps cost £6."), "edited silent"),
        (page(notes=ADDED), "edited announced"),
        (page(notes=REWORDED), "edited silent"),
        (page(updated="2 May 2025"), "edited announced"),
        (page(updated="30 April 2025"), "edited silent"),
        (page(notice=WITHDRAWN), "withdrawn silent"),
        (b"<main><h1>Page not found</h1><p>Try again</p></main>", "page then gone"),
        (b"<main><h1>Lamps Office</h1><div class='organisation__section-wrap'></div></main>", "page then error:parse"),
        (b"<main></main>", "page then error:empty"),
    ],
)
def test_two_pages_are_held_against_each_other_by_their_words_dates_and_entries(after: bytes, verdict: str) -> None:
    assert told(plain(page()), plain(after)) == verdict


def test_an_update_date_that_appears_announces() -> None:
    assert told(plain(page(notes=(), updated=None)), plain(page(notes=()))) == "edited announced"
