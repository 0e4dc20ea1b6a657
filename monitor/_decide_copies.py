"""What a page's `modified_at` says of the copy that was served, and of the pages beneath it. Pure.

It moves with every edit, announced or not, and with every republishing: a reason to look, never evidence of an edit.
"""

from datetime import datetime

from monitor.dates import later
from monitor.models import Check, Decision, Known, Page, Role, Statement, utc_text, utc_time


def older_copy(check: Check, after: Statement, before: Statement) -> str | None:
    """Why the copy that was served is taken for one from before the current version's statement, `before`, until looks
    alike bear it out; None where it may be news.

    A time that had not come when it was read proves nothing.
    """
    held, served = before.modified_at, after.modified_at
    if held is None or not later(served, held) or later(utc_text(check.checked_at), held):
        return None
    return f"an older copy, of {served}: one of {held} was seen"


def is_hinted(page: Page) -> bool:
    """Whether a listing made the page due."""
    return page.urgent and page.role is Role.STATEMENT


def is_behind(check: Check, known: Known) -> bool:
    """Whether a listing made the page due by an update that is later than the copy which was served."""
    if not is_hinted(check.page):
        return False
    statement = check.statement or (known.version.statement if known.version else None)
    return statement is not None and later(statement.modified_at, check.page.listed_at)


def touched_at(decision: Decision) -> datetime | None:
    """When the publisher last touched the page, and with it perhaps its parts and attachments, as far as this look
    tells; None where it does not."""
    statement = decision.check.statement if decision.outcome.healthy else None
    at = statement.modified_at if statement and decision.page.role is Role.STATEMENT else None
    time = utc_time(at) if at else None
    return time if time and time.tzinfo else None  # a bare day has no zone
