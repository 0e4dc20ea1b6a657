"""A page of about 90 kB in the shape of GOV.UK's, a third of it the statement, the rest what surrounds it."""

ADDRESSES = [f"127.0.{1 + number // 100}.{1 + number % 100}" for number in range(200)]

TOKEN = "@@token@@"  # noqa: S105 -- where a fresh token stands in each answer
"""Stands in the page wherever GOV.UK puts what is new at each request."""

PARAGRAPH = (
    "The department has set out how {number} harbours will be dredged before {year}, at a cost of £{cost} million. "
    "Harbour masters must publish the depth of water at each berth, and should say when it was last measured. "
    "Boats of more than {length} metres may not enter at low water without a pilot."
)


def page(number: int, *, edited: bool) -> str:
    """The page with this number; its edited form differs by one figure."""
    return "\n".join((_head(number), _surroundings("header", 190), _main(number, edited=edited), _foot(number)))


def _head(number: int) -> str:
    scripts = "\n".join(
        f'<script src="/assets/frontend/module-{n}-{n * 7919:08x}.js" nonce="{TOKEN}" type="module"></script>'
        for n in range(24)
    )
    return f"""<!DOCTYPE html>
<html class="govuk-template" lang="en">
<head><meta charset="utf-8"><title lang="en">Dredging plan {number} - GOV.UK</title>
<meta name="csrf-param" content="authenticity_token"><meta name="csrf-token" content="{TOKEN}">
<meta name="govuk:format" content="news_story"><meta name="govuk:schema-name" content="news_article">
<meta name="govuk:first-published-at" content="2026-03-02T09:30:00.000+00:00">
<meta name="govuk:public-updated-at" content="2026-03-02T09:30:00.000+00:00">
<meta name="govuk:content-has-history" content="true">
{scripts}
</head>
<body class="gem-c-layout-for-public govuk-template__body">"""


def _surroundings(name: str, links: int) -> str:
    items = "\n".join(
        f'<li class="govuk-{name}__list-item"><a class="govuk-{name}__link" href="/browse/topic-{n}" '
        f'data-track-category="{name}Clicked" data-track-action="{n}">Topic number {n} of the {name}</a></li>'
        for n in range(links)
    )
    return f'<{name} id="{name}-{TOKEN}"><ul class="govuk-{name}__list">{items}</ul></{name}>'


def _main(number: int, *, edited: bool) -> str:
    body = "\n".join(_part(number, n, cost=99 if edited and n == 7 else n) for n in range(60))
    return f"""<div class="govuk-width-container"><main id="content" class="govuk-main-wrapper">
<div class="gem-c-heading"><span class="govuk-caption-xl gem-c-heading__context">News story</span>
<h1 class="gem-c-heading__text govuk-heading-xl">Dredging plan {number}</h1></div>
<p class="gem-c-lead-paragraph">How harbours are kept open.</p>
<div class="gem-c-metadata"><dl class="gem-c-metadata__list">
<dt class="gem-c-metadata__term">From:</dt><dd class="gem-c-metadata__definition">
<a class="govuk-link" href="/government/organisations/rivers-and-harbours">Department for Rivers and Harbours</a></dd>
<dt class="gem-c-metadata__term">Published:</dt><dd class="gem-c-metadata__definition">2 March 2026</dd></dl></div>
<div class="gem-c-govspeak govuk-govspeak"><div class="govspeak">{body}</div></div>
<form><input type="hidden" name="authenticity_token" value="{TOKEN}">
<button id="toggle-from-{TOKEN}">Share</button></form>
<div class="gem-c-published-dates">Published 2 March 2026</div>
</main></div>"""


def _part(number: int, n: int, *, cost: int) -> str:
    text = PARAGRAPH.format(number=number, year=2027 + n, cost=cost, length=n)
    link = f'<a href="/guidance/berth-{n}">east quay</a>'
    return (
        f'<h2 id="part-{n}">Part {n}</h2>\n<p>{text}</p>\n<ul><li>berth {n}, on the {link}</li><li>no mooring</li></ul>'
    )


def _foot(number: int) -> str:
    return f'{_surroundings("footer", 120)}<script nonce="{TOKEN}">window.page = {number};</script></body></html>'
