"""A fault of this program in one page's look, as a check of that page: counted, shown, and no other page's business."""

import traceback
from datetime import datetime
from pathlib import Path

from monitor.models import Check, Fetch, Outcome, Page

FRAMES = 3
DETAIL_MOST = 300


def faulty(page: Page, now: datetime, error: Exception) -> Check:
    """The check of a look that ended in `error`; its detail says where in the code."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    places = " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    words = " ".join(f"{type(error).__name__}: {error}".split())
    detail = f"a fault of this program, at {places}: {words:.{DETAIL_MOST}}"
    return Check(page, now, Outcome.PARSE, Fetch(page.url, detail=detail))
