"""What a GOV.UK page should say, derived from the JSON it was made of the way the publisher's templates show it. Pure.

The values come from the JSON alone. Whether a template shows a field at all is read off the page's markup by the names
of its components (`_shows`), never by asking the parser that is measured.
"""

import re
from datetime import datetime
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from truth.fields_body import SITE, Source, attachments
from truth.fields_text import LONDON, plain, words

# The publisher's names for document types (`formats.*` in its en.yml) that are not the type itself in words.
LABELS = {
    "detailed_guide": "Guidance",
    "document_collection": "Collection",
    "foi_release": "FOI release",
    "html_publication": "Publication",
    "national_statistics": "Accredited official statistics",
    "national_statistics_announcement": "Accredited official statistics announcement",
    "official_statistics": "Official Statistics",
    "oral_statement": "Oral statement to Parliament",
    "promotional": "Promotional material",
    "research": "Research and analysis",
    "transparency": "Transparency data",
    "travel_advice": "Foreign travel advice",
    "written_statement": "Written statement to Parliament",
}
ACRONYMS = re.compile(r"\b(?:aaib|ai|cma|dfid|esi|hmrc|html|maib|raib|sfo|uk|utaac)\b")

# A component by a part of the class that marks it in any era.
COMPONENTS = {
    "lead": r"c-lead-paragraph|c-summary-banner__text",
    "logo": r"organisation-logo__name",
    "translations": r"c-translation-nav",
    "history": r"published-dates__change-item|metadata__change-history",
    "dates": r"c-published-dates\b",
    "header date": r"inverse-header__subtext",
}
# An entry of the list under the title, whatever its language: a link to a body or a person; a day.
FROM = re.compile(r"""c-metadata__definition"[^>]*>\s*<a href=.[/a-z]*/(?:organisations|people)/""")
FACTS = re.compile(r'class="[^"]*important-metadata.*?</dl>', re.DOTALL)
LABEL = re.compile(r"c-(?:heading|title)__context[^>]*>(.*?)</span>", re.DOTALL)
DAY = re.compile(r'c-metadata__definition"[^>]*>\s*\d{1,2} [A-Z][a-z]+ \d{4}\s')


def expected(source: Source, html: str) -> dict[str, object]:
    """Each field by its name in `Statement`, in the form `fields.said` gives it; None or () where none is shown."""
    main = html[html.find("<main") : html.rfind("</main>")]
    under_title = FACTS.sub("", main)
    details, links = source["details"], source.get("links") or {}
    return {
        "title": words(source["title"]),
        "document_type": _label(source, main),
        "lead": (words(source.get("description") or "") or None) if _shows(main, "lead") else None,
        "publishers": tuple(sorted(_publishers(links, under_title))),
        "people": tuple(sorted(_people(details, links))) if FROM.search(under_title) else (),
        "published_at": _published(source, under_title),
        "updated_at": _updated(source, under_title),
        "notes": _notes(source, main),
        "withdrawn": _withdrawn(source),
        "government": _government(details, links),
        "delivered_on": _day(details["delivered_on"]) if details.get("delivered_on") else None,
        "location": words(details.get("location") or "") or None,
        "language": source["locale"],
        "translations": _translations(source, links, main),
        "attachments": tuple(sorted(attachments(source), key=str)),
    }


def _shows(main: str, component: str) -> bool:
    """Whether the template put this component on the page."""
    return re.search(rf'class="[^"]*(?:{COMPONENTS[component]})', main) is not None


# --- who and what ----------------------------------------------------------------------------------------------------


def _label(source: Source, main: str) -> str:
    """The type's label; a language's own is read off the page, whose only heading over the title it is."""
    name = source["document_type"]
    parent = (source.get("links") or {}).get("parent") or [{}]
    if source["schema_name"] == "html_publication":
        name = parent[0].get("document_type") or "publication"
    label = LABEL.search(main)
    if label is None:
        return _sentence(name)
    return LABELS.get(name) or _sentence(name) if source["locale"] == "en" else plain(label[1])


def _sentence(name: str) -> str:
    text = ACRONYMS.sub(lambda acronym: acronym[0].upper(), name.replace("_", " "))
    return text[:1].upper() + text[1:]


def _publishers(links: Source, main: str) -> set[str]:
    """The organisations in the list under the title; by their logos' words where a page has those instead."""
    if FROM.search(main):
        kinds = ("organisations", "worldwide_organisations")
        return {words(body["title"]) for kind in kinds for body in links.get(kind) or []}
    if _shows(main, "logo"):
        logos = (
            ((body.get("details") or {}).get("logo") or {}).get("formatted_title") or body["title"]
            for body in links.get("organisations") or []
        )
        return {plain(name) for name in logos}
    return set()


def _people(details: Source, links: Source) -> set[str]:
    linked = {words(person["title"]) for kind in ("people", "speaker") for person in links.get(kind) or []}
    without_page = details.get("speaker_without_profile")
    return linked | ({words(without_page)} if without_page else set())


def _government(details: Source, links: Source) -> str | None:
    """The history notice: on political pages of a government that is no longer in office."""
    government = next(iter(links.get("government") or []), None)
    past = government is not None and (government.get("details") or {}).get("current") is False
    return words(government["title"]) if government is not None and past and details.get("political") else None


def _translations(source: Source, links: Source, main: str) -> tuple[tuple[str, str], ...]:
    if not _shows(main, "translations"):
        return ()
    others = (other for other in links.get("available_translations") or [] if other["locale"] != source["locale"])
    return tuple(sorted((other["locale"], urljoin(SITE, other["base_path"])) for other in others))


# --- when ------------------------------------------------------------------------------------------------------------


def _published(source: Source, main: str) -> str | None:
    """The day under the title, at the time the page gives for it; where readers are shown none, what the head says."""
    details, said = source["details"], source.get("first_published_at")
    shown = (details.get("first_public_at") or said) if _dated(main) else None
    if source["schema_name"] == "html_publication":
        shown = details["public_timestamp"] if details.get("first_published_version") else None
    if shown is None or source["schema_name"] == "travel_advice":
        return _utc(said) if said else None
    oldest = [at for at, _ in _notes(source, main)[-1:]]
    return _moment(shown, said, *oldest, None if _updates(source) else source.get("public_updated_at"))


def _updated(source: Source, main: str) -> str | None:
    """The public update: shown where the page was updated; the head's where readers are shown no day."""
    public, details = source.get("public_updated_at"), source["details"]
    if public is None:
        return None
    if source["schema_name"] == "html_publication":
        return None if details.get("first_published_version") else _moment(details["public_timestamp"], public)
    if source["schema_name"] == "travel_advice":
        return _moment(details.get("reviewed_at") or public, public)
    if _dated(main):
        return _utc(public) if _updates(source) else None
    said = source.get("first_published_at")
    return None if said and _utc(public) == _utc(said) else _utc(public)


def _dated(main: str) -> bool:
    """Whether readers are shown a day at all."""
    return DAY.search(main) is not None or _shows(main, "dates") or _shows(main, "header date")


def _updates(source: Source) -> bool:
    """Whether the page counts as updated; by its history where its first publication is not reliable."""
    if source["schema_name"] == "specialist_document":
        return len(source["details"].get("change_history") or []) > 1
    first = source["details"].get("first_public_at") or source.get("first_published_at")
    public = source.get("public_updated_at")
    return first is not None and public is not None and _utc(first) != _utc(public)


def _moment(shown: str, *given: str | None) -> str:
    """The first of the given times that falls on the day shown, else that day."""
    return next((_utc(at) for at in given if at and _day(at) == _day(shown)), _day(shown))


def _utc(stamp: str) -> str:
    at = datetime.fromisoformat(stamp).astimezone(ZoneInfo("UTC"))
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _day(stamp: str) -> str:
    """The day in London, as the templates print it."""
    return datetime.fromisoformat(stamp).astimezone(LONDON).date().isoformat()


def _notes(source: Source, main: str) -> tuple[tuple[str | None, str], ...]:
    """The history, newest first, where a list of it is shown; travel advice shows its latest update alone."""
    details = source["details"]
    if source["schema_name"] == "travel_advice":
        latest = words(details.get("change_description") or "").removeprefix("Latest update: ")
        stamp = details.get("reviewed_at") or source["public_updated_at"]
        return ((_utc(stamp), latest),) if latest else ()
    if not _shows(main, "history"):
        return ()
    changes = details.get("change_history") or []
    notes = [(_utc(change["public_timestamp"]), plain(change["note"])) for change in changes]
    return tuple(sorted(notes, key=lambda note: note[0], reverse=True))


def _withdrawn(source: Source) -> tuple[str, str] | None:
    notice = source.get("withdrawn_notice") or {}
    return (_utc(notice["withdrawn_at"]), plain(notice.get("explanation") or "")) if notice else None
