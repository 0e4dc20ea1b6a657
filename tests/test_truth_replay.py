"""Successive versions of pages, served to the real pipeline."""

from truth.replay import replay


def page(text: str) -> bytes:
    return (
        "<main><h1 class='gem-c-heading__text'>Lamps</h1>"
        f"<div class='gem-c-govspeak'><div class='govspeak'><p>{text}</p></div></div>"
        "<div class='gem-c-published-dates'>Published 1 May 2025</div></main>"
    ).encode()


GONE = b"<main class='gem-c-layout'><h1>Page not found</h1><pre>Status code: 404</pre></main>"


def test_each_body_is_a_version_a_change_or_nothing() -> None:
    found = replay(
        {
            "edited": [page("Lamps cost £5."), page("Lamps cost £5."), page("Lamps cost £6.")],
            "news/gone": [page("Lamps cost £5."), GONE],
        }
    )
    assert {name: page.versions for name, page in found.items()} == {"edited": [0, 2], "news/gone": [0]}
    assert [
        (name, place, row["kind"], row["disclosure"])
        for name, page in found.items()
        for place, rows in page.changes.items()
        for row in rows
    ] == [("edited", 2, "edited", "silent"), ("news/gone", 1, "removed", None)]


def test_nothing_is_replayed_of_no_pages() -> None:
    assert replay({}) == {}
