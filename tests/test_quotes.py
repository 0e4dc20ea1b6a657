"""Watched quotes: what counts as altered, as gone, as back, and what as nothing at all."""

import pytest

from monitor import quotes
from monitor.models import Block, BlockKind, Op, Quote, QuoteState, Statement

SENTENCE = "Ports may apply for up to £1.5 million before 3 March 2027."
BEFORE = "The harbours fund opens in spring - and “only” then."
AFTER = "Harbour masters should write to the department first."


def page(*paragraphs: str, lead: str | None = None) -> Statement:
    blocks = tuple(Block(BlockKind.PARAGRAPH, text) for text in paragraphs)
    return Statement("https://example.org/1", "Harbours fund", "test-1", lead=lead, body=blocks)


ONE = page(BEFORE, f"{SENTENCE} {AFTER}")


def told(
    after: Statement | None, quote: str = SENTENCE, before: Statement | None = ONE
) -> list[tuple[QuoteState, str]]:
    marks = {Op.EQUAL: "{}", Op.INSERT: "{{+{}+}}", Op.DELETE: "[-{}-]"}
    found = quotes.changed((Quote(quote),), before, after)
    return [(each.state, "".join(marks[span.op].format(span.text) for span in each.spans)) for each in found]


@pytest.mark.parametrize(
    "after",
    [
        page(f"{SENTENCE} {AFTER}", BEFORE),
        page(AFTER, BEFORE, SENTENCE),
        page(BEFORE, "Ports may apply for up to £1.5 million", "before 3 March 2027.", AFTER),
        page(BEFORE, "Ports\u00a0may apply for\u200b up to £1.5\u00a0million  before 3 March 2027."),
        page(BEFORE, f"Again: {SENTENCE}"),
        page(BEFORE, f"“{SENTENCE}”", "Nothing else is as it was."),
        page(lead=SENTENCE),
    ],
)
def test_a_quote_that_stands_elsewhere_or_is_set_otherwise_is_no_alarm(after: Statement) -> None:
    assert told(after) == []


@pytest.mark.parametrize(
    ("quote", "after"),
    [
        ('opens in spring – and "only" then', "The harbours fund opens in spring—and ‘only’ then!"),
        ("spring and then", "He said: «spring and then»"),
        ("don't wait … for us", "So don’t wait... for us."),
    ],
)
def test_quotes_dashes_and_dots_are_one_however_they_are_set(quote: str, after: str) -> None:
    assert quotes.held(page(after), quote)


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("apply for up to £5", "Ports may apply for up to £50."),
        ("apply for up to £5", "Ports may apply for up to £5.50 each."),
        ("apply for up to £5", "Ports may apply for up to £5,000 each."),
        ("5 ports may apply", "All of 1.5 ports may apply."),
        ("ports may apply", "Ports may apply."),
    ],
)
def test_a_quote_is_whole_and_keeps_its_letters(quote: str, text: str) -> None:
    assert not quotes.held(page(text), quote)


@pytest.mark.parametrize(
    ("after", "redline"),
    [
        (
            page(BEFORE, f"{SENTENCE.replace('1.5', '15')} {AFTER}"),
            "Ports may apply for up to [-£1.5 -]{+£15 +}million before 3 March 2027.",
        ),
        (
            page(AFTER, f"{SENTENCE.replace('may', 'must')} Something new.", BEFORE),
            "Ports [-may -]{+must +}apply for up to £1.5 million before 3 March 2027.",
        ),
        (
            page(BEFORE, "Ports may apply for up to £1.5 million. They have until 3 March 2027.", AFTER),
            "Ports may apply for up to £1.5 [-million before -]{+million. They have until +}3 March 2027.",
        ),
    ],
)
def test_an_altered_quote_is_shown_with_the_words_that_differ(after: Statement, redline: str) -> None:
    assert told(after) == [(QuoteState.ALTERED, redline)]


def test_a_part_of_a_sentence_is_shown_in_its_whole_sentence() -> None:
    after = page(BEFORE, f"{SENTENCE.replace('1.5', '15')} {AFTER}")
    shown = "Ports may apply for up to [-£1.5 -]{+£15 +}million before 3 March 2027."
    assert told(after, "apply for up to £1.5 million") == [(QuoteState.ALTERED, shown)]
    assert told(after, "before 3 March 2027") == []


@pytest.mark.parametrize("after", [page(BEFORE, AFTER), page("All of it is new now."), None])
def test_a_quote_that_nothing_new_is_like_is_gone(after: Statement | None) -> None:
    assert told(after) == [(QuoteState.GONE, "")]


def test_a_sentence_that_stood_there_before_is_not_the_quote_altered() -> None:
    other = SENTENCE.replace("2027", "2028")
    assert told(page(other, AFTER), before=page(SENTENCE, other, AFTER)) == [(QuoteState.GONE, "")]


def test_a_quote_that_comes_back_is_told_and_one_that_was_never_there_is_not() -> None:
    assert told(ONE, before=page(BEFORE)) == [(QuoteState.BACK, "")]
    assert told(ONE, before=None) == [(QuoteState.BACK, "")]
    assert told(ONE, "never on any page") == []


def test_a_quote_is_watched_on_its_page_or_on_all() -> None:
    here, there, all_ = Quote("a", "https://example.org/1/"), Quote("b", "https://example.org/2"), Quote("c")
    assert quotes.meant_for((here, there, all_), "https://example.org/1") == [here, all_]


def test_a_long_page_made_anew_takes_no_time() -> None:
    old = page(*(f"Paragraph {n} says that {n} ports will be dredged." for n in range(3000)), SENTENCE)
    new = page(*(f"Line {n} tells how {n} quays are to be mended." for n in range(3000)), SENTENCE.replace("1.5", "15"))
    assert [state for state, _ in told(new, before=old)] == [QuoteState.ALTERED]


@pytest.mark.parametrize(
    ("text", "right"), [("a b", False), ("one, two", False), ("one two 3", True), ("x " * 501, False)]
)
def test_a_quote_is_some_words_and_no_page(text: str, right: bool) -> None:
    if right:
        quotes.lint(text)
    else:
        with pytest.raises(ValueError, match=r"^expected"):
            quotes.lint(text)
