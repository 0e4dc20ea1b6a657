"""The words of the contract: outcomes, kinds, disclosures, signals and roles. Pure."""

from enum import StrEnum


class Outcome(StrEnum):
    """What came of a check. Only `OK` (first version) and `CHANGED` store a version."""

    OK = "ok"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    SUSPECT = "suspect"
    FLAPPING = "flapping"
    GONE = "gone"
    BLOCKED = "blocked"
    MAINTENANCE = "maintenance"
    RATE_LIMITED = "rate_limited"
    AUTH_REQUIRED = "auth_required"
    ROBOTS = "robots"
    ADDRESS_BLOCKED = "error:address_blocked"
    REDIRECT_BLOCKED = "error:redirect_blocked"
    REDIRECT_LOOP = "error:redirect_loop"
    REDIRECT_INVALID = "error:redirect_invalid"
    TIMEOUT = "error:timeout"
    CONNECT = "error:connect"
    RESET = "error:reset"
    TRUNCATED = "error:truncated"
    PROTOCOL = "error:protocol"
    HEADERS_TOO_LARGE = "error:headers_too_large"
    TOO_LARGE = "error:too_large"
    ENCODING = "error:encoding"
    CONTENT_TYPE = "error:content_type"
    PARSE = "error:parse"
    EMPTY = "error:empty"
    STATUS = "error:status"
    TLS = "error:tls"
    FEED = "error:feed"

    @property
    def healthy(self) -> bool:
        """The page itself was seen, whatever it said."""
        return self in (Outcome.OK, Outcome.UNCHANGED, Outcome.CHANGED)


class Kind(StrEnum):
    """What happened to a page."""

    PUBLISHED = "published"
    EDITED = "edited"
    WITHDRAWN = "withdrawn"
    REINSTATED = "reinstated"
    REMOVED = "removed"
    RESTORED = "restored"
    MOVED = "moved"
    REPARSED = "reparsed"


class Disclosure(StrEnum):
    """Whether the publisher said so."""

    ANNOUNCED = "announced"
    SILENT = "silent"
    INDETERMINATE = "indeterminate"


class SignalName(StrEnum):
    """What kind of thing an edit touched."""

    FIGURE = "figure"
    DATE = "date"
    NAME = "name"
    MODAL = "modal"
    NEGATION = "negation"
    LIST_ENTRY = "list_entry"
    QUOTATION = "quotation"
    LINK = "link"
    ATTACHMENT = "attachment"
    TITLE = "title"
    BACKDATED = "backdated"
    HISTORY_REWRITTEN = "history_rewritten"
    NOTE_ONLY = "note_only"
    DATE_ONLY = "date_only"
    REVERTED = "reverted"
    MOVED_TEXT = "moved_text"
    UNDERDECLARED = "underdeclared"
    TYPOGRAPHY = "typography"
    SITEWIDE = "sitewide"


class QuoteState(StrEnum):
    """What became of a watched quote, worst first."""

    GONE = "gone"
    ALTERED = "altered"
    BACK = "back"


class BlockKind(StrEnum):
    """What a block of text is on the page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    CELL = "cell"
    QUOTATION = "quotation"
    CODE = "code"
    CAPTION = "caption"
    IMAGE = "image"


class Role(StrEnum):
    """What a page is looked at for."""

    STATEMENT = "statement"
    LISTING = "listing"
    ITEM = "item"  # a statement that arrives inside its feed and is never fetched by itself
