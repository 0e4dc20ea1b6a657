"""What a check means, given what was known: every kind and every confirmation, as sequences of looks."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor._decide_metadata import RECORDED_MOST, said
from monitor.compare import compare, content_hash
from monitor.decide import decide, in_time, needs_known
from monitor.models import (
    Block,
    BlockKind,
    Budget,
    Check,
    Decision,
    Disclosure,
    Entry,
    Fetch,
    Filter,
    Kind,
    Known,
    NewVersion,
    Note,
    Outcome,
    Page,
    Reading,
    Role,
    Source,
    Statement,
    Translation,
    Version,
    Withdrawal,
)

START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
URL = "https://www.example.gov.uk/government/news/harbours"
SOURCE = Source("rivers", pages=(URL,), every=timedelta(minutes=15), channels=("desk", "hook"))
FILTERS = {"desk": Filter(), "hook": Filter(disclosures=(Disclosure.SILENT,)), "other": Filter()}

PARAGRAPHS = (
    "The harbours fund opens in spring and will pay for dredging at nine ports.",
    "Applications of up to £1.5 million may be made until 3 March 2027.",
    "Harbour masters should write to the department before they apply.",
)
FURTHER = tuple(f"Port {number} has set out how its quays will be repaired and when." for number in range(20))
ONE = Statement(
    URL,
    "Harbours fund opens",
    "test-1",
    published_at="2026-11-02",
    notes=(Note("2026-11-02", "First published."),),
    body=tuple(Block(BlockKind.PARAGRAPH, text) for text in (*PARAGRAPHS, *FURTHER)),
    keeps_history=True,
)
RAISED = replace(ONE.body[1], text=PARAGRAPHS[1].replace("1.5", "15"))
SILENT = replace(ONE, body=(ONE.body[0], RAISED, *ONE.body[2:]))
ANNOUNCED = replace(SILENT, notes=(Note("2026-11-24", "Raised the limit."), *ONE.notes), updated_at="2026-11-24")
WITHDRAWN = replace(ONE, withdrawn=Withdrawal("2026-11-24", "The fund is closed."))
SHRUNK = replace(ONE, body=ONE.body[:3])


class Far:
    """A page and what is known of it, carried from look to look as the store would."""

    def __init__(self, page: Page | None = None, budget: Budget | None = None) -> None:
        self.budget = budget
        self.page = page or Page(1, "rivers", URL)
        self.known = Known()
        self.at = START
        self.past: list[tuple[str, int]] = []

    def look(self, seen: Statement | Outcome, *, url: str = URL, reread: Statement | None = None) -> Decision:
        self.at += timedelta(minutes=15)
        read = isinstance(seen, Statement)
        fetch = Fetch(url, status=200, body=b"<html>", permanent=url != URL, not_modified=seen is Outcome.UNCHANGED)
        check = Check(
            self.page,
            self.at,
            Outcome.OK if isinstance(seen, Statement) else seen,
            fetch,
            Reading(statement=seen) if isinstance(seen, Statement) else None,
            essence=content_hash(seen) if isinstance(seen, Statement) else None,
        )
        known = replace(self.known, reread=reread) if needs_known(check) or read else Known()
        decision = decide(check, known, SOURCE, FILTERS, self.budget)
        assert decision == decide(check, known, SOURCE, FILTERS, self.budget)
        self.keep(decision)
        return decision

    def keep(self, decision: Decision) -> None:
        self.page = decision.page
        for event in decision.events:
            if event.version:
                self.add(event.version)
        recorded = (*self.known.metadata_changes, *decision.metadata_changes)
        self.known = replace(self.known, metadata_changes=recorded)

    def add(self, version: NewVersion) -> None:
        if self.known.version:
            self.past.append((self.known.version.content_hash, self.known.version.number))
        number = self.known.version.number + 1 if self.known.version else 1
        made = Version(number, number, version.statement, version.content_hash, self.at)
        self.known = Known(made, tuple(self.past))
        self.page = replace(self.page, version_id=number)

    def looks(self, seen: Iterable[Statement | Outcome]) -> list[str]:
        """Each look's outcome, with the kind of the change it made."""
        return [told(self.look(each)) for each in seen]


def told(decision: Decision) -> str:
    kinds = [event.change.kind.value for event in decision.events if event.change]
    return " ".join([decision.outcome.value, *kinds])


def test_the_first_look_at_a_baseline_page_is_a_version_and_no_change() -> None:
    decision = Far().look(ONE)
    assert told(decision) == "ok"
    assert decision.events[0].version == NewVersion(ONE, content_hash(ONE), decision.check.fetch)


def test_a_page_found_after_the_first_fill_is_published() -> None:
    decision = Far(Page(1, "rivers", URL, baseline=False)).look(ONE)
    assert told(decision) == "ok published"
    assert decision.events[0].change and decision.events[0].change.channels == ("desk",)


@pytest.mark.parametrize(
    ("after", "words", "disclosure", "channels"),
    [
        (SILENT, "changed edited", Disclosure.SILENT, ("desk", "hook")),
        (ANNOUNCED, "changed edited", Disclosure.ANNOUNCED, ("desk",)),
    ],
)
def test_a_statement_that_differs_is_a_change(
    after: Statement, words: str, disclosure: Disclosure, channels: tuple[str, ...]
) -> None:
    far = Far()
    far.look(ONE)
    decision = far.look(after)
    change = decision.events[-1].change
    assert told(decision) == words
    assert change and change.verdict
    assert change.seen_before_at == START + timedelta(minutes=15)
    assert change.seen_after_at == START + timedelta(minutes=30)
    assert (change.verdict.disclosure, change.channels) == (disclosure, channels)


def test_an_announced_change_carries_the_publishers_note() -> None:
    far = Far()
    far.look(ONE)
    change = far.look(ANNOUNCED).events[-1].change
    assert change and change.note == "Raised the limit."


def test_a_withdrawn_notice_is_its_own_announcement() -> None:
    far = Far()
    far.look(ONE)
    change = far.look(WITHDRAWN).events[-1].change
    assert change and (change.kind, change.verdict, change.channels) == (Kind.WITHDRAWN, None, ("desk",))


def test_an_edit_that_comes_with_a_withdrawn_notice_is_judged() -> None:
    far = Far()
    far.look(ONE)
    change = far.look(replace(SILENT, withdrawn=WITHDRAWN.withdrawn)).events[-1].change
    assert change and change.verdict and (change.kind, change.verdict.disclosure) == (Kind.WITHDRAWN, Disclosure.SILENT)


def test_what_was_withdrawn_may_be_reinstated() -> None:
    assert Far().looks([ONE, WITHDRAWN, ONE]) == ["ok", "changed withdrawn", "changed reinstated"]


def test_the_same_statement_again_writes_nothing_new() -> None:
    assert Far().looks([ONE, ONE, Outcome.UNCHANGED, ONE]) == ["ok", "unchanged", "unchanged", "unchanged"]


def test_a_page_is_removed_only_when_it_is_gone_three_times_in_a_row() -> None:
    gone, down = Outcome.GONE, Outcome.TIMEOUT
    assert Far().looks([ONE, gone, gone, down, gone, gone, gone, gone]) == [
        "ok",
        *("gone", "gone", "error:timeout", "gone", "gone", "gone removed", "gone"),
    ]


def test_a_removal_is_dated_to_the_first_look_that_missed_the_page() -> None:
    far = Far()
    far.looks([ONE, Outcome.GONE, Outcome.GONE])
    change = far.look(Outcome.GONE).events[-1].change
    assert change and change.seen_before_at == START + timedelta(minutes=15)
    assert change.seen_after_at == START + timedelta(minutes=30)


@pytest.mark.parametrize("back", [ONE, SILENT, Outcome.UNCHANGED])
def test_a_removed_page_that_is_back_is_restored(back: Statement | Outcome) -> None:
    far = Far()
    far.looks([ONE, *[Outcome.GONE] * 3])
    decision = far.look(back)
    assert told(decision) == ("changed restored" if back is SILENT else "unchanged restored")
    assert not far.page.removed


def test_a_page_that_never_was_is_not_removed() -> None:
    assert Far(Page(1, "rivers", URL, baseline=False)).looks([*[Outcome.GONE] * 4, ONE]) == [
        *["gone"] * 4,
        "ok published",
    ]


def test_a_sudden_shrink_is_believed_at_the_third_look_alike() -> None:
    assert Far().looks([ONE, SHRUNK, SHRUNK, ONE, SHRUNK, SHRUNK, SHRUNK, SHRUNK]) == [
        "ok",
        *("suspect", "suspect", "unchanged", "suspect", "suspect", "changed edited", "unchanged"),
    ]


def test_an_upheaval_whose_text_differs_at_each_look_is_believed_too() -> None:
    cut = [replace(SHRUNK, lead=f"Viewed {number} times.") for number in range(3)]
    assert Far().looks([ONE, *cut]) == ["ok", "suspect", "suspect", "changed edited"]


def test_a_held_look_says_why() -> None:
    far = Far()
    far.look(ONE)
    assert far.look(SHRUNK).check.detail == "the text shrank by 84%"


def test_a_move_is_dated_between_the_last_look_before_it_and_the_first_that_saw_it() -> None:
    far = Far()
    far.look(ONE)
    decisions = [far.look(ONE, url=URL + "-moved") for _ in range(3)]
    change = decisions[-1].events[0].change
    assert change and change.seen_before_at == START + timedelta(minutes=15)
    assert change.seen_after_at == START + timedelta(minutes=30)


def test_a_suspect_look_leaves_validators_and_essence_alone() -> None:
    far = Far()
    far.look(ONE)
    before = far.page
    far.look(SHRUNK)
    assert (far.page.essence, far.page.etag, far.page.seen_at) == (before.essence, before.etag, before.seen_at)


def test_an_edit_and_its_revert_are_events_and_more_is_flapping() -> None:
    a, b = ONE, SILENT
    assert Far().looks([a, b, a, b, a, b, b, b, a]) == [
        "ok",
        *("changed edited", "changed edited", "flapping", "unchanged", "flapping", "flapping", "changed edited"),
        "flapping",
    ]


def test_after_three_quiet_looks_a_return_is_news_again() -> None:
    a, b = ONE, SILENT
    assert Far().looks([a, b, a, a, a, a, b])[-1] == "changed edited"


def test_a_permanent_redirect_is_a_move_at_the_third_look_alike() -> None:
    far, there = Far(), "https://www.example.gov.uk/government/news/ports"
    far.look(ONE)
    assert [told(far.look(ONE, url=there)) for _ in range(4)] == [
        *("unchanged", "unchanged", "unchanged moved", "unchanged")
    ]


def test_a_redirect_to_another_page_is_not_an_edit_at_once() -> None:
    far, there = Far(), "https://www.example.gov.uk/government/news/ports"
    far.look(ONE)
    assert [told(far.look(SILENT, url=there)) for _ in range(3)] == ["suspect", "suspect", "changed moved"]


@pytest.mark.parametrize("outcome", [Outcome.PARSE, Outcome.CONTENT_TYPE])
def test_a_permanent_redirect_to_what_is_no_statement_is_a_move_too(outcome: Outcome) -> None:
    far, there = Far(), "https://www.example.gov.uk/government/organisations/harbours"
    far.look(ONE)
    looks = [far.look(outcome, url=there) for _ in range(4)]
    wrong = outcome.value
    assert [told(look) for look in looks] == [wrong, wrong, f"{wrong} moved", wrong]
    change = looks[2].events[0].change
    assert change and (change.seen_before_at, change.seen_after_at) == (
        START + timedelta(minutes=15),
        START + timedelta(minutes=30),
    )


@pytest.mark.parametrize("outcome", [Outcome.BLOCKED, Outcome.MAINTENANCE, Outcome.TIMEOUT])
def test_a_permanent_redirect_to_what_is_no_page_is_no_move(outcome: Outcome) -> None:
    far = Far()
    far.look(ONE)
    assert [told(far.look(outcome, url=URL + "-login")) for _ in range(4)] == [outcome.value] * 4


@pytest.mark.parametrize("spelling", [URL + "/", URL.replace("https", "http"), URL + "#top"])
def test_another_spelling_of_the_address_is_no_move(spelling: str) -> None:
    far = Far()
    far.look(ONE)
    assert [told(far.look(ONE, url=spelling)) for _ in range(4)] == ["unchanged"] * 4


def test_what_our_new_parser_reads_otherwise_is_reparsed_and_alerts_nobody() -> None:
    far = Far()
    far.look(ONE)
    reread = replace(ONE, parser="test-2", lead="A lead the old parser missed.")
    decision = far.look(reread, reread=reread)
    assert told(decision) == "changed reparsed"
    assert decision.events[0].change and decision.events[0].change.channels == ()
    assert decision.events[0].version and decision.events[0].version.fetch is None


def test_an_edit_is_told_from_what_our_new_parser_reads_otherwise() -> None:
    far = Far()
    far.look(ONE)
    reread = replace(ONE, parser="test-2", lead="A lead the old parser missed.")
    decision = far.look(replace(SILENT, parser="test-2", lead=reread.lead), reread=reread)
    assert told(decision) == "changed reparsed edited"
    edit = decision.events[1].change
    assert edit and edit.comparison.field_names == ("body",)


@pytest.mark.parametrize("outcome", [Outcome.BLOCKED, Outcome.TIMEOUT, Outcome.PARSE, Outcome.RATE_LIMITED])
def test_whatever_goes_wrong_is_an_outcome_and_never_a_version(outcome: Outcome) -> None:
    far = Far()
    assert far.looks([ONE, *[outcome] * 5, ONE]) == ["ok", *[outcome.value] * 5, "unchanged"]
    assert far.page.failures == 0


def test_a_listing_names_pages_and_fills_its_source() -> None:
    entries = (Entry(URL, "Harbours fund opens"), Entry(URL + "-2"))
    page = Page(9, "rivers", "https://www.example.gov.uk/feed.atom", Role.LISTING)
    check = Check(page, START, Outcome.OK, Fetch(page.url, status=200), Reading(entries=entries))
    decision = decide(check, Known(), SOURCE, FILTERS)
    assert (decision.outcome, decision.discovered, decision.filled) == (Outcome.OK, entries, True)
    assert decision.events == ()


def test_a_page_that_is_not_followed_is_let_go_without_a_version() -> None:
    page = Page(3, "rivers", URL, configured=False, essence="govuk-2 1", etag='"1"')
    let_go = Reading(Outcome.UNCHANGED, "not followed", let_go=True)
    check = Check(page, START, Outcome.UNCHANGED, Fetch(URL, status=200, etag='"2"'), let_go, "govuk-2 2")
    decision = decide(check, Known(), SOURCE, FILTERS)
    assert (decision.outcome, decision.events, decision.page.next_check_at) == (Outcome.UNCHANGED, (), None)
    assert (decision.page.essence, decision.page.etag) == (None, None)


def listed(depth: int, listed_at: str | None, *entries: Entry) -> Decision:
    """The decision on a listing so deep, of a source looked at every 15 minutes."""
    page = Page(9, "rivers", "https://www.example.gov.uk/1.xml", Role.LISTING, depth=depth, listed_at=listed_at)
    reading = Reading(entries=entries)
    return decide(Check(page, START, Outcome.OK, Fetch(page.url, status=200), reading), Known(), SOURCE, FILTERS)


@pytest.mark.parametrize(("depth", "outcome"), [(0, "ok"), (1, "ok"), (2, "error:feed")])
def test_an_index_below_two_others_is_not_read(depth: int, outcome: str) -> None:
    decision = listed(depth, None, Entry(f"{URL}/1.xml", listing=True))
    assert (decision.outcome, len(decision.discovered)) == (outcome, outcome == "ok")
    assert listed(2, None, Entry(URL)).outcome is Outcome.OK


def test_a_sitemap_whose_date_its_index_tells_is_looked_at_once_a_day_besides() -> None:
    waits = [listed(1, at).page.next_check_at for at in (None, "2026-11-24")]
    assert [wait is not None and wait - START > timedelta(hours=20) for wait in waits] == [False, True]


def test_an_item_inside_a_feed_is_never_due() -> None:
    decision = Far(Page(3, "rivers", URL, Role.ITEM)).look(ONE)
    assert decision.page.next_check_at is None


def test_signals_and_sources_route_alerts() -> None:
    far = Far()
    far.look(ONE)
    check = replace(far.look(SILENT).check, page=far.page)
    filters = {
        "desk": Filter(kinds=(Kind.REMOVED,)),
        "hook": Filter(sources=("rivers",), kinds=(Kind.EDITED,)),
    }
    known = Known(Version(1, 1, ONE, content_hash(ONE), START))
    change = decide(check, known, SOURCE, filters).events[0].change
    assert change and change.channels == ("hook",)


# --- metadata --------------------------------------------------------------------------------------------------------

RENAMED = replace(ONE, publishers=("Harbours Office",))
AGAIN = replace(ONE, publishers=("Department of Harbours",))


def differing(decision: Decision) -> list[tuple[str, str | None, str | None]]:
    return [(change.field, change.before, change.after) for change in decision.metadata_changes]


def test_a_look_that_differs_in_its_metadata_is_unchanged_and_recorded_once() -> None:
    far = Far()
    far.look(ONE)
    decision = far.look(replace(RENAMED, language="cy", government="the old government"))
    assert (told(decision), decision.events) == ("unchanged", ())
    assert differing(decision) == [
        ("publishers", None, "Harbours Office"),
        ("government", None, "the old government"),
        ("language", None, "cy"),
    ]
    assert differing(far.look(replace(RENAMED, language="cy", government="the old government"))) == []
    assert differing(far.look(replace(AGAIN, language="cy"))) == [
        ("publishers", "Harbours Office", "Department of Harbours"),
        ("government", "the old government", None),
    ]


def test_the_order_of_several_values_says_nothing() -> None:
    far = Far()
    far.look(replace(ONE, people=("Ann Hale", "Ben Roe")))
    assert differing(far.look(replace(ONE, people=("Ben Roe", "Ann Hale")))) == []


def test_metadata_that_differ_with_an_edit_are_recorded_beside_its_version() -> None:
    far = Far()
    far.looks([ONE, RENAMED])
    decision = far.look(replace(SILENT, publishers=AGAIN.publishers))
    assert told(decision) == "changed edited"
    assert differing(decision) == [("publishers", "Harbours Office", "Department of Harbours")]
    assert differing(far.look(replace(SILENT, publishers=AGAIN.publishers))) == []


def test_metadata_of_a_statement_that_is_not_believed_yet_are_not_recorded() -> None:
    far = Far()
    far.look(ONE)
    looks = [far.look(replace(SHRUNK, publishers=RENAMED.publishers)) for _ in range(3)]
    assert [told(look) for look in looks] == ["suspect", "suspect", "changed edited"]
    assert [differing(look) for look in looks] == [[], [], [("publishers", None, "Harbours Office")]]


def test_a_page_that_alternates_in_its_metadata_is_left_alone_until_its_next_version() -> None:
    far = Far()
    far.look(ONE)
    rows = [differing(far.look(seen)) for _ in range(RECORDED_MOST) for seen in (RENAMED, AGAIN)]
    assert [len(row) for row in rows] == [1] * RECORDED_MOST + [0] * RECORDED_MOST
    far.look(replace(SILENT, publishers=AGAIN.publishers))
    assert differing(far.look(replace(SILENT, publishers=RENAMED.publishers))) == [
        ("publishers", "Department of Harbours", "Harbours Office")
    ]


def test_metadata_that_our_new_parser_reads_otherwise_are_not_theirs() -> None:
    far = Far()
    far.look(ONE)
    reread = replace(RENAMED, parser="test-2")
    assert differing(far.look(reread, reread=reread)) == []
    assert differing(far.look(replace(AGAIN, parser="test-2"), reread=reread)) == [
        ("publishers", "Harbours Office", "Department of Harbours")
    ]


def test_a_version_of_our_new_parser_has_beside_it_what_differs_from_its_snapshot() -> None:
    far = Far()
    far.looks([ONE, RENAMED])
    lead = "A lead the old parser missed."
    decision = far.look(replace(RENAMED, parser="test-2", lead=lead), reread=replace(ONE, parser="test-2", lead=lead))
    assert told(decision) == "changed reparsed"
    assert differing(decision) == [("publishers", None, "Harbours Office")]


def test_metadata_are_the_fields_that_comparing_calls_so() -> None:
    other = replace(
        RENAMED,
        people=("Ann Hale",),
        government="the old government",
        language="cy",
        translations=(Translation("en", URL),),
        keeps_history=False,
    )
    compared = {change.field for change in compare(ONE, other).fields if change.metadata}
    assert compared | {"related", "offers_emails"} == said(ONE).keys()


# --- when to look next -----------------------------------------------------------------------------------------------

BUDGET = Budget(pages=100, most=None, price=0.0003, priced_at=START)


def test_a_silent_edit_teaches_that_the_page_was_edited_by_now() -> None:
    far = Far(budget=BUDGET)
    first = far.look(ONE)
    assert first.page.edited_at == datetime(2026, 11, 2, 12, tzinfo=UTC)  # the day the page gives, at noon
    assert (far.look(ONE).page.edits, far.look(ONE).page.edited_at) == (0.0, first.page.edited_at)
    edited = far.look(SILENT)
    assert (edited.page.edited_at, edited.page.edits > 0) == (far.at, True)


def test_the_next_look_is_the_sooner_after_an_edit() -> None:
    far = Far(budget=BUDGET)
    quiet, edited = far.look(ONE), far.look(SILENT)
    waits = [found.page.next_check_at - found.check.checked_at for found in (quiet, edited) if found.page.next_check_at]
    assert waits[1] < waits[0]


@pytest.mark.parametrize("outcome", [Outcome.TIMEOUT, Outcome.GONE, Outcome.BLOCKED])
def test_a_look_that_found_no_statement_teaches_nothing(outcome: Outcome) -> None:
    far = Far(budget=BUDGET)
    first = far.look(ONE)
    found = far.look(outcome)
    assert (found.page.edits, found.page.edited_at) == (first.page.edits, first.page.edited_at)


def test_our_own_new_parser_is_no_edit_to_learn_from() -> None:
    far = Far(budget=BUDGET)
    first = far.look(ONE)
    reread = replace(SILENT, parser="test-2")
    found = far.look(reread, reread=reread)
    assert (told(found), found.page.edited_at) == ("changed reparsed", first.page.edited_at)


def test_without_a_budget_nothing_is_learnt() -> None:
    assert Far().look(ONE).page.edited_at is None


def test_a_clock_set_back_since_the_look_does_not_put_the_next_one_off() -> None:
    decision = Far().look(ONE)
    due_at, checked_at = decision.page.next_check_at, decision.check.checked_at
    assert due_at
    set_back = in_time(decision, checked_at - timedelta(days=365))
    assert set_back == replace(decision, page=replace(decision.page, next_check_at=due_at - timedelta(days=365)))
    assert in_time(decision, checked_at + timedelta(seconds=3)) == decision
