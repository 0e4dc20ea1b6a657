"""What stands inside `main`: a publication in GOV.UK's components of 2026, in the order its pages have. Pure."""

from datetime import datetime
from html import escape

from monitor.demo.publications import DEPARTMENT, SLUG, Publication, Release, Tokens
from monitor.models import Attachment, Withdrawal

ROW = '<div class="govuk-grid-row gem-print-columns-none">\n  <div class="govuk-grid-column-two-thirds">\n'
FILE_TYPES = {"PDF": "Portable Document Format", "ODS": "OpenDocument Spreadsheet"}


def article(publication: Publication, release: Release, tokens: Tokens) -> str:
    """Everything a reader sees of the publication, and the sidebar that belongs to other pages."""
    return "\n".join(
        (
            _heading(publication),
            _lead(publication),
            _metadata(publication, release),
            _notice(publication.document_type, publication.withdrawn) if publication.withdrawn else "",
            ROW,
            _occasion(publication),
            _documents(publication.attachments),
            _body(publication),
            _share_links(publication),
            _dates(publication, release),
            "  </div>",
            _sidebar(tokens),
            "</div>",
        )
    )


def day(at: str) -> str:
    """`2026-03-02T09:30:00.000+00:00` as readers see it: `2 March 2026`."""
    time = datetime.fromisoformat(at)
    return f"{time.day} {time:%B %Y}"


def _heading(publication: Publication) -> str:
    return f"""{ROW}
<div class="gem-c-heading govuk-!-margin-bottom-8" dir="ltr">
      <span class="govuk-caption-xl gem-c-heading__context" >
    {escape(publication.document_type)}
  </span>


  <h1 class="gem-c-heading__text govuk-heading-xl">
    {escape(publication.title)}
</h1></div>
  </div>
</div>
"""


def _lead(publication: Publication) -> str:
    return f"""{ROW}        <p class="gem-c-lead-paragraph govuk-!-margin-bottom-8" dir="ltr">
    {escape(publication.lead)}
</p>

  </div>

</div>
"""


def _metadata(publication: Publication, release: Release) -> str:
    terms = [_term("From:", _from(publication)), _term("Published" + release.colon, day(publication.published_at))]
    if publication.notes:
        terms.append(_term("Last updated" + release.colon, _last_updated(publication)))
    return f"""<div class="govuk-grid-row">
  <div class="metadata-wrapper gem-print-columns-none ">
    <div class="govuk-grid-column-two-thirds metadata-column">
        <div data-module="metadata" class="gem-c-metadata">
    <dl class="gem-c-metadata__list">
{"".join(terms)}    </dl>
</div>
    </div>
    <div class="govuk-grid-column-one-third">
    </div>
  </div>
</div>
"""


def _term(term: str, definition: str) -> str:
    return f"""        <dt class="gem-c-metadata__term">{term}</dt>
        <dd class="gem-c-metadata__definition">
          {definition}

        </dd>
"""


def _from(publication: Publication) -> str:
    people = ((f"/government/people/{name.lower().replace(' ', '-')}", name) for name in publication.people)
    links = ((f"/government/organisations/{SLUG}", DEPARTMENT), *people)
    return " and ".join(f"<a href='{path}' class='govuk-link'>{escape(name)}</a>" for path, name in links)


def _last_updated(publication: Publication) -> str:
    return (
        f"{day(publication.public_updated_at)}\n          — "
        '<a href="#full-publication-update-history" class="gem-c-metadata__definition-link govuk-link">'
        "See all updates</a>"
    )


def _notice(document_type: str, withdrawn: Withdrawal) -> str:
    at = withdrawn.at or ""
    title = f'This {document_type.lower()} was withdrawn on <time datetime="{at}">{day(at)}</time>'
    return f"""    <section aria-label="Notice" class="govuk-notification-banner gem-c-notice govuk-!-margin-bottom-8" \
role="region" lang="en" title="{escape(title)}">
        <div class="govuk-notification-banner__content">
      <h2 class="gem-c-notice__title govuk-notification-banner__heading">{title}</h2>
        <div data-module="govspeak" class="gem-c-govspeak govuk-!-margin-bottom-0">
      <div class="govspeak"><p>{escape(withdrawn.explanation)}</p>
</div>
</div>
</div></section>
"""


def _occasion(publication: Publication) -> str:
    occasion = publication.occasion
    if occasion is None:
        return ""
    on = f'<time datetime="{occasion.on}">{day(occasion.on)}</time> ({occasion.script})'
    return f"""          <div class="important-metadata inverse-background responsive-bottom-margin">
             <div data-module="metadata" class="gem-c-metadata gem-c-metadata--inverse \
gem-c-metadata--inverse-padded govuk-!-margin-bottom-0">
    <dl class="gem-c-metadata__list">
{_term("Location:", escape(occasion.location))}{_term("Delivered on:", on)}    </dl>
</div>
</div>
"""


def _documents(attachments: tuple[Attachment, ...]) -> str:
    if not attachments:
        return ""
    return f"""      <section id="documents">
<div class="gem-c-heading govuk-!-margin-bottom-4">

  <h2 class="gem-c-heading__text govuk-heading-m">
    Documents
</h2></div>
{"".join(map(_attachment, attachments))}      </section>
"""


def _attachment(attachment: Attachment) -> str:
    kind, _, rest = (attachment.details or "PDF").partition(", ")
    name = f'<abbr title="{FILE_TYPES[kind]}" class="gem-c-attachment__abbr">{kind}</abbr>'
    attributes = (f'<span class="gem-c-attachment__attribute">{part}</span>' for part in (name, *rest.split(", ")))
    return f"""      <section data-module="ga4-link-tracker" class="gem-c-attachment govuk-!-margin-bottom-6">
  <div class="gem-c-attachment__thumbnail govuk-!-display-none-print">
    <a class="govuk-link" target="_self" tabindex="-1" aria-hidden="true" href="{attachment.url}">
        <svg class="gem-c-attachment__thumbnail-image gem-c-attachment__thumbnail-image--pdf" version="1.1" \
viewBox="0 0 99 140" width="99" height="140" aria-hidden="true"><path d="M12,12h75v116H12z" /></svg>
</a></div>
  <div class="gem-c-attachment__details">
    <h3 class="gem-c-attachment__title">
      <a class="govuk-link" target="_self" href="{attachment.url}">{escape(attachment.title)}</a>
</h3>
      <p class="gem-c-attachment__metadata">{", ".join(attributes)}</p>
</div></section>
"""


def _body(publication: Publication) -> str:
    return f"""        <div data-module="govspeak" \
class="gem-c-govspeak gem-c-govspeak--direction-ltr govuk-!-margin-bottom-0">

          <div class="govspeak">{publication.body.strip()}
</div>

</div>
"""


def _share_links(publication: Publication) -> str:
    links = "".join(
        f"""        <li class="gem-c-share-links__list-item">
          <a target="_blank" rel="noopener noreferrer external" class="govuk-link gem-c-share-links__link" \
href="https://{place}.example/share?u={publication.path}"><span class="gem-c-share-links__label">\
Share with the {place}</span></a>
        </li>
"""
        for place in ("tavern", "market")
    )
    return f"""          <div data-module="ga4-link-tracker" class="gem-c-share-links govuk-!-display-none-print">
      <h2 class="govuk-heading-s">Share this page</h2>
    <ul class="gem-c-share-links__list">
{links}    </ul>
</div>
"""


def _dates(publication: Publication, release: Release) -> str:
    """The update history: with an id and a list only where there was a major edit."""
    published = f"""    <h2 class="govuk-visually-hidden">Updates to this page</h2>
      <div>Published {day(publication.published_at)}</div>
"""
    if not publication.notes:
        return f'        <div class="gem-c-published-dates" lang="en" dir="ltr">\n{published}</div>\n'
    return f"""        <div id="full-publication-update-history" data-module="gem-toggle" \
class="gem-c-published-dates gem-c-published-dates--history" lang="en">
{published}      Last updated {day(publication.public_updated_at)}
        <span aria-hidden="true">&#8212; </span>
        <a href="#full-history" class="gem-c-published-dates__toggle govuk-link" data-controls="full-history" \
data-expanded="false" data-toggled-text='Hide all updates' data-ga4-expandable>
          {release.toggle}
        </a>
        <div class="gem-c-published-dates__change-history js-hidden" id="full-history">
          <ol class="gem-c-published-dates__list">
{_history(publication)}          </ol>
        </div>
</div>
"""


def _history(publication: Publication) -> str:
    lines = [(note.at or "", note.text) for note in publication.notes]
    return "".join(
        f"""              <li class="gem-c-published-dates__change-item">
                <time class="gem-c-published-dates__change-date timestamp" datetime="{at}">{day(at)}</time>
                <p class="gem-c-published-dates__change-note">{escape(text)}</p>
              </li>
"""
        for at, text in (*lines, (publication.published_at, "First published."))
    )


def _sidebar(tokens: Tokens) -> str:
    """Other pages of the department; the ids are made up anew for each request."""
    return f"""<div class="govuk-grid-column-one-third sidebar-navigation">
<div class="gem-c-contextual-sidebar govuk-!-display-none-print">
      <div data-module="ga4-link-tracker" class="gem-c-related-navigation govuk-!-display-none-print">
      <h2 id="related-nav-related_items-{tokens.hex}" class="gem-c-related-navigation__main-heading">
        Related content
      </h2>
      <nav class="gem-c-related-navigation__nav-section" \
aria-labelledby="related-nav-collections-{tokens.hex}" data-module="gem-toggle">
    <h3 id="related-nav-collections-{tokens.hex}" class="gem-c-related-navigation__sub-heading">Collection</h3>
  <ul class="gem-c-related-navigation__link-list">
        <li class="gem-c-related-navigation__link"><a class="govuk-link gem-c-related-navigation__section-link" \
href="/government/collections/notices-to-mariners">Notices to mariners</a></li>
  </ul>
      </nav>
</div>
</div>
</div>
"""
