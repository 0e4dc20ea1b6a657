"""Whole pages in GOV.UK's markup of 2026, head to footer. Pure, but for reading its own templates."""

import json
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from monitor.demo.article import article
from monitor.demo.publications import DEPARTMENT, SLUG, Publication, Release, Tokens

NAVIGATION = {
    "Services and information": (
        "Boats and moorings",
        "Bridges and ferries",
        "Canals and locks",
        "Dredging and silt",
        "Fish and fisheries",
        "Floods and drainage",
        "Harbour dues",
        "Lighthouses and buoys",
        "Pilots and tugs",
        "Quays and cranes",
        "Salvage and wrecks",
        "Tides and weather",
        "Towpaths and walking",
        "Water quality",
        "Weirs and mills",
        "Working on the water",
    ),
    "Government activity": ("Departments", "News", "Rules", "Figures", "Plans and questions", "Openness"),
}


def page(publication: Publication, site: str, release: Release, tokens: Tokens) -> str:
    """The whole page, head to footer; `site` is the root address."""
    withdrawn = "[Withdrawn] " if publication.withdrawn else ""
    return _layout(
        site,
        release,
        tokens,
        path=publication.path,
        title=withdrawn + publication.title,
        lead=publication.lead,
        metas=_metas(publication),
        linked_data=_linked_data(publication, site),
        main=article(publication, release, tokens),
    )


def gone(path: str, site: str, release: Release, tokens: Tokens) -> str:
    """The page that stands where an unpublished one was (sent with status 410)."""
    title = "The page you're looking for is no longer available"
    main = _template("gone").substitute()
    return _layout(site, release, tokens, path=path, title=title, lead="", metas="", linked_data="", main=main)


def error() -> str:
    """What the servers show when they are unwell."""
    return _template("error").substitute()


# --- head and frame --------------------------------------------------------------------------------------------------


@cache
def _template(name: str) -> Template:
    return Template((Path(__file__).parent / "pages" / f"{name}.html").read_text(encoding="utf-8"))


def _layout(site: str, release: Release, tokens: Tokens, *, path: str, title: str, lead: str, **parts: str) -> str:
    return _template("layout").substitute(
        parts,
        site=site,
        url=site + path,
        title=escape(title),
        lead=escape(lead),
        assets=release.assets,
        components=release.components,
        banner=release.banner,
        nonce=tokens.nonce,
        csrf=tokens.csrf,
        hex=tokens.hex,
        navigation=_navigation(),
        footer=_footer(),
    )


def _metas(publication: Publication) -> str:
    kind = publication.document_type.lower().replace(" ", "_")
    values = {
        "format": kind,
        "publishing-app": "whitehall",
        "rendering-app": "frontend",
        "schema-name": "speech"
        if publication.occasion
        else "publication"
        if publication.attachments
        else "news_article",
        "content-id": f"00000000-7631-4000-a000-{sum(publication.path.encode()):012d}",
        **({"withdrawn": "withdrawn"} if publication.withdrawn else {}),
        **({"content-has-history": "true"} if publication.notes else {}),
        "ga4-base-path": publication.path,
        "first-published-at": publication.published_at,
        "updated-at": publication.edited_at,
        "public-updated-at": publication.public_updated_at,
        "primary-publishing-organisation": DEPARTMENT,
        "organisations": "<RH1>",
    }
    return "\n".join(f'  <meta name="govuk:{name}" content="{escape(value)}">' for name, value in values.items())


def _schema(publication: Publication) -> str:
    if publication.occasion:
        return "speech"
    return "publication" if publication.attachments else "news_article"


def _linked_data(publication: Publication, site: str) -> str:
    data = {
        "@context": "http://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": site + publication.path},
        "name": publication.title,
        "datePublished": publication.published_at,
        "dateModified": publication.public_updated_at,
        "text": publication.lead,
        "author": {"@type": "Organization", "name": DEPARTMENT, "url": f"{site}/government/organisations/{SLUG}"},
        "headLine": publication.title,
        "description": publication.lead,
        "articleBody": f'<div class="govspeak">{publication.body}</div>',
    }
    text = json.dumps(data, indent=2).replace("<", "\\u003c").replace(">", "\\u003e")
    return f'<script type="application/ld+json">\n  {text}\n</script>\n'


def _ga4(kind: str, section: str, number: int, total: int) -> str:
    value = {"event_name": "navigation", "type": kind, "index_link": number, "index_total": total, "section": section}
    return f'data-ga4-link="{escape(json.dumps(value, separators=(",", ":")))}"'


def _slug(words: str) -> str:
    return words.lower().replace(" ", "-")


def _navigation() -> str:
    block = "gem-c-layout-super-navigation-header"
    return "\n".join(
        f"""            <div class="govuk-grid-column-two-thirds-from-desktop {block}__column--{_slug(section)}">
              <h3 class="govuk-heading-m {block}__column-header">
                {section}
              </h3>
              <ul class="{block}__navigation-second-items {block}__navigation-second-items--{_slug(section)}">
{_navigation_links(block, section, links)}
              </ul>
            </div>"""
        for section, links in NAVIGATION.items()
    )


def _navigation_links(block: str, section: str, links: tuple[str, ...]) -> str:
    return "\n".join(
        f"""                    <li class="{block}__dropdown-list-item">
                      <a class="govuk-link {block}__navigation-second-item-link" \
{_ga4("header menu bar", section, number, len(links))} href="/browse/{_slug(link)}">{link}</a>

                    </li>"""
        for number, link in enumerate(links, 1)
    )


def _footer() -> str:
    return "\n".join(
        f"""            <div class="govuk-grid-column-two-thirds govuk-!-display-none-print">
              <h2 class="govuk-footer__heading govuk-heading-m">{section}</h2>
                <ul class="govuk-footer__list govuk-footer__list--columns-2">
{_footer_links(section, links)}
                </ul>
            </div>"""
        for section, links in NAVIGATION.items()
    )


def _footer_links(section: str, links: tuple[str, ...]) -> str:
    return "\n".join(
        f"""                      <li class="govuk-footer__list-item">
                        <a class="govuk-footer__link" {_ga4("footer", section, number, len(links))} \
href="/browse/{_slug(link)}">{link}</a>
                      </li>"""
        for number, link in enumerate(links, 1)
    )
