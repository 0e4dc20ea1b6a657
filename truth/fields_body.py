"""The texts and files a GOV.UK page should hold, by the JSON it was made of and the publisher's templates. Pure."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from truth.fields_text import INACCESSIBLE, embedded, linked, solid, words

Source = dict[str, Any]
"""One answer of the Content API."""

Attached = tuple[str, str, str | None]
"""An attachment's title, address and details."""

SITE = "https://www.gov.uk"

# --- text ------------------------------------------------------------------------------------------------------------


def texts(source: Source) -> list[str]:
    """The HTML that the templates put on this page's first part, in no order: what the body must hold."""
    details = source["details"]
    found = [_html(details.get("body"))]
    found += [_html(part.get("body")) for part in (details.get("parts") or [])[:1]]
    found += [_html(details.get(name)) for name in ("introduction", "more_information", "public_feedback_detail")]
    if source["document_type"].endswith("_outcome"):
        found += [_html(details.get(name)) for name in ("final_outcome_detail", "outcome_detail")]
    found += [_html(group.get("body")) for group in _groups(source)]
    return [html for html in found if html]


def strings(value: object) -> Iterator[str]:
    """Every text in the JSON, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


TIME = r"(?:midday|midnight|[\d:]+[ap]m)"
MOMENT = rf"(?:{TIME} on )?\d{{1,2}} [A-Z][a-z]+ \d{{4}}(?: {TIME})?"
SURVEY = r"(?:consultation|call for evidence)"
OF_TEMPLATES = re.compile(
    "|".join(
        (
            r"Contents|Details|Documents|Summary|Attachments",
            rf"Original {SURVEY}|(?:Consultation|Call for evidence) description",
            r"Detail of (?:outcome|feedback received)|Feedback received|(?:Download|Read) the full outcome",
            rf"This {SURVEY} (?:has closed|has concluded|isn't open yet)|We are analysing your feedback",
            r"Visit this page again soon to download the outcome to this (?:public )?feedback\.",
            rf"This {SURVEY} (?:is being|was|will be) held on another website\.",
            rf"This {SURVEY} (?:ran from|opens at|closes at) {MOMENT}(?: to {MOMENT}| It closes at {MOMENT})?",
            r"Ways to respond|Respond online|or|Complete a response form and(?: either)?|Email to:|Write to:",
            r"Applies to (?:England|Scotland|Wales|Northern Ireland|, | and )+",
            r"[A-Z][a-z ]+ for (?:England|Scotland|Wales|Northern Ireland)",
            r"Image credit: .+",
            r"(?:Release date|Proposed release|Cancellation date): .+",
            r"Statistics release (?:cancelled|update)|These statistics will be released .+",
            r"Download a more detailed map \(PDF.*\)",
        )
    )
)
"""Words of the templates' own, by the publisher's en.yml."""


def of_template(text: str, known: str) -> bool:
    """Whether a block is the templates': their words, a facet "Label: values" or a speech's "(remark)" of the JSON."""
    facet = re.fullmatch(r"([^:]+): .+", text)
    named = facet is not None and solid(facet[1]) in known
    return named or OF_TEMPLATES.fullmatch(text) is not None or solid(text.strip("()")) in known


def links(source: Source) -> list[str]:
    """The addresses that the texts link words to."""
    base = urljoin(SITE, source["base_path"])
    return [address for html in texts(source) for address in linked(html, base)]


def _groups(source: Source) -> list[Source]:
    """A collection's groups: those are shown that hold a document which is linked and not withdrawn."""
    linked = (source.get("links") or {}).get("documents") or []
    standing = {document["content_id"] for document in linked if not document.get("withdrawn")}
    groups = source["details"].get("collection_groups") or []
    return [group for group in groups if standing & set(group.get("documents") or [])]


def _html(value: Any) -> str:
    """A text as it is, or of several forms the one in HTML."""
    if isinstance(value, list):
        return next((str(form["content"]) for form in value if "html" in form["content_type"]), "")
    return value or ""


# --- files -----------------------------------------------------------------------------------------------------------

LISTS = ("final_outcome_attachments", "outcome_attachments", "public_feedback_attachments", "featured_attachments")
FILE_TYPES = {
    "application/pdf": "PDF",
    "text/csv": "CSV",
    "application/vnd.oasis.opendocument.spreadsheet": "ODS",
    "application/vnd.oasis.opendocument.text": "ODT",
    "application/vnd.ms-excel": "MS Excel Spreadsheet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "MS Excel Spreadsheet",
    "application/msword": "MS Word Document",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "MS Word Document",
}


REFERENCES = {
    "isbn": "ISBN {}",
    "unique_reference": "{}",
    "command_paper_number": "{}",
    "hoc_paper_number": "HC {}",
}
"""What a file is cited by, in the order and the words of the attachment component."""


def attachments(source: Source) -> Iterator[Attached]:
    """The files the templates list, by the id each list names, and those inside the text."""
    details = source["details"]
    files = {file.get("id"): file for file in details.get("attachments") or []}
    for chosen in LISTS:
        yield from (_listed(files[name]) for name in details.get(chosen) or [] if name in files)
    for html in texts(source):
        yield from embedded(html, urljoin(SITE, source["base_path"]))


def _listed(file: Source) -> Attached:
    return words(file["title"]), urljoin(SITE, file["url"]), ", ".join(filter(None, _facts(file))) or None


def _facts(file: Source) -> Iterator[str]:
    """As the attachment component says them: type, size, pages; then the references, joined by commas."""
    if file.get("attachment_type") == "html":
        yield "HTML"
    elif file.get("content_type"):
        yield FILE_TYPES.get(file["content_type"], "")
        yield _size(file.get("file_size") or 0)
    if file.get("number_of_pages"):
        yield f"{file['number_of_pages']} page{'s' if file['number_of_pages'] != 1 else ''}"
    references = ", ".join(form.format(file[name]) for name, form in REFERENCES.items() if file.get(name))
    if references:
        yield f"Ref: {references}"
    if file.get("accessible") is False and file.get("alternative_format_contact_email"):
        yield INACCESSIBLE


def _size(size_bytes: int) -> str:
    """Three digits of the largest unit, as Rails' `number_to_human_size` gives them."""
    size, unit = float(size_bytes), "Bytes"
    for larger in ("KB", "MB", "GB"):
        if size < 1024:
            break
        size, unit = size / 1024, larger
    return f"{float(f'{size:.3g}'):g} {unit}"
