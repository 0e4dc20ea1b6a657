"""Which of the pages that listings name are followed."""

import pytest

from monitor.follow import lint, mark, names, refused
from monitor.models import Entry, Follow, Statement

PAGE = "https://www.example.gov.uk/government/speeches/harbour-lights"


@pytest.mark.parametrize(
    ("pattern", "followed"),
    [
        ("/government/speeches/**", True),
        ("/government/speeches/*", True),
        ("/government/*/harbour-lights", True),
        ("/government/**", True),
        ("**/harbour-*", True),
        ("/government/speeches/harbour-light?", True),
        ("/government/*", False),
        ("/government/speeches", False),
        ("/speeches/**", False),
        ("/government/speeches/harbour.lights", False),
        ("^/government/(speeches|news)/", True),
        ("^/government/(guidance|news)/", False),
        ("^.*lights$", True),
        ("^speeches", False),
    ],
)
def test_a_path_is_followed_by_glob_or_by_expression(pattern: str, followed: bool) -> None:
    assert names(Follow(paths=(pattern,)), Entry(PAGE)) is followed
    assert names(Follow(paths=("/nowhere", pattern)), Entry(PAGE)) is followed


@pytest.mark.parametrize(
    ("words", "title", "followed"),
    [
        (("sanctions",), "New Sanctions on oil", True),
        (("sanctions", "oil"), "The price of oil", True),
        (("sanction",), "New sanctions on oil", False),
        (("U.S.",), "Talks with the U.S. end", True),
        (("export controls",), "Export controls tightened", True),
        (("oil",), None, True),
    ],
)
def test_words_stand_in_the_title_as_a_listing_gives_it(
    words: tuple[str, ...], title: str | None, followed: bool
) -> None:
    assert names(Follow(words=words), Entry(PAGE, title)) is followed


def test_hosts_hold_for_every_kind_of_listing() -> None:
    follow = Follow(hosts=("www.example.gov.uk",))
    assert names(follow, Entry(PAGE))
    assert not names(follow, Entry("https://other.example/speeches"))


def test_every_rule_must_hold() -> None:
    follow = Follow(paths=("/government/**",), words=("lights",))
    assert names(follow, Entry(PAGE, "Harbour lights"))
    assert not names(follow, Entry(PAGE, "Harbour dues"))
    assert not names(follow, Entry("https://www.example.gov.uk/x", "Harbour lights"))


def test_a_listing_that_an_index_names_is_always_followed() -> None:
    assert names(Follow(paths=("/speeches/**",)), Entry("https://www.example.gov.uk/sitemaps/1.xml", listing=True))


def read(document_type: str | None) -> Statement:
    return Statement(PAGE, "Harbour lights", "govuk-2", document_type=document_type)


@pytest.mark.parametrize(
    ("follow", "document_type", "reason"),
    [
        (Follow(), None, None),
        (Follow(document_types=("speech", "press_release")), "Press release", None),
        (Follow(document_types=("speech",)), "Guidance", 'its document type "Guidance" is not followed'),
        (Follow(document_types=("speech",)), None, "it has no document type"),
        (Follow(words=("lights",)), "Speech", None),
        (Follow(words=("dues",)), "Speech", "its title has none of the words that are followed"),
        (Follow(paths=("/guidance/**",)), "Speech", "its path is not followed"),
    ],
)
def test_a_page_is_judged_by_what_it_says_itself(follow: Follow, document_type: str | None, reason: str | None) -> None:
    assert refused(follow, PAGE, read(document_type)) == reason


@pytest.mark.parametrize(
    "pattern",
    [
        "^(a+)+$",
        "^/(?:[a-z]*)*/x",
        "^/((a|b)+c?)*$",
        "^/(?:a{2,}b)+",
        "^/(?=(x+)+)",
        "^[",
        "speeches/",
        "^" + "a" * 500,
        "",
    ],
)
def test_patterns_that_can_take_for_ever_or_are_none_are_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        lint(pattern)


@pytest.mark.parametrize(
    "pattern", ["/a/**", "**", "*/x", r"^/(?:news|speeches)/[\w-]+$", "^/a{2,5}(b{1,3})*", "^.*a.*"]
)
def test_other_patterns_are_taken(pattern: str) -> None:
    lint(pattern)


def test_rules_have_a_mark_of_their_own_and_no_rules_have_none() -> None:
    marks = [mark(Follow()), mark(Follow(paths=("/a",))), mark(Follow(paths=("/b",))), mark(Follow(words=("/a",)))]
    assert marks[0] == ""
    assert len(set(marks)) == 4
