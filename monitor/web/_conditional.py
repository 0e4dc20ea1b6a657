"""Answers that are sent only where the asker does not have them already (RFC 9110, section 13)."""

from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response


def answered(request: Request, body: bytes, media_type: str, modified_at: datetime | None = None) -> Response:
    """The body, or 304: by its `ETag` where the asker names one, else by when it was modified."""
    headers = {"etag": f'"{sha256(body).hexdigest()[:32]}"'}
    if modified_at:
        headers["last-modified"] = format_datetime(modified_at.replace(microsecond=0), usegmt=True)
    if _is_known(request, headers["etag"], modified_at):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


def _is_known(request: Request, etag: str, modified_at: datetime | None) -> bool:
    named = request.headers.get("if-none-match")
    if named is not None:
        tags = [tag.strip().removeprefix("W/") for tag in named.split(",")]
        return etag in tags or "*" in tags
    since = request.headers.get("if-modified-since")
    if since is None or modified_at is None:
        return False
    try:
        return modified_at.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):  # no date, or one without a zone: it is passed over
        return False
