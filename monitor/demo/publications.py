"""What the fictional department's editors enter, and what its servers add to it. Pure."""

from dataclasses import dataclass

from monitor.models import Attachment, Note, Withdrawal

DEPARTMENT = "Department for Rivers and Harbours"
SLUG = "department-for-rivers-and-harbours"


@dataclass(frozen=True, slots=True)
class Occasion:
    """Where and when a speech was given, and how its words were taken down."""

    location: str
    on: str
    script: str = "Transcript of the speech, exactly as it was delivered"


@dataclass(frozen=True, slots=True)
class Publication:
    """What an editor of the department has entered. Times are ISO 8601 with an offset; `body` is HTML.

    `notes` are the major edits since the first publication, newest first. `edited_at` moves at every edit, major or
    minor; `public_updated_at` follows from the notes.
    """

    path: str
    title: str
    document_type: str
    lead: str
    body: str
    published_at: str
    edited_at: str
    notes: tuple[Note, ...] = ()
    people: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    occasion: Occasion | None = None
    withdrawn: Withdrawal | None = None

    @property
    def public_updated_at(self) -> str:
        """The last major edit, or the first publication."""
        return (self.notes[0].at if self.notes else None) or self.published_at


@dataclass(frozen=True, slots=True)
class Release:
    """A release of the publisher's templates: what differs between two of them and says nothing new."""

    components: str
    assets: str
    colon: str = ":"
    toggle: str = "Show all updates"
    banner: str = ""


OLD_RELEASE = Release("66.4.1", "8155d0ce", colon="", toggle="+ show all updates")
NEW_RELEASE = Release(
    "68.3.0",
    "3d30615f",
    banner='<div class="gem-c-global-banner"><p class="govuk-body">Lock keepers wanted: '
    '<a class="govuk-link" href="/working-on-the-water">apply before the spring tides</a></p></div>',
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a server makes up for each page it builds."""

    nonce: str
    csrf: str
    hex: str
