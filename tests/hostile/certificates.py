"""Certificates that hold and such that do not."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

from tests.hostile.site import SITE


def contexts(authority: trustme.CA) -> dict[str, ssl.SSLContext]:
    """A server's context for each kind of certificate; only "good" is one."""
    now, day = datetime.now(UTC), timedelta(days=1)
    return {
        "good": _context(authority.issue_cert(SITE)),
        "unknown": _context(trustme.CA().issue_cert(SITE)),
        "elsewhere": _context(authority.issue_cert("elsewhere.example")),
        "expired": _context(authority.issue_cert(SITE, not_before=now - 9 * day, not_after=now - day)),
        "future": _context(authority.issue_cert(SITE, not_before=now + day, not_after=now + 9 * day)),
    }


def authority_file(authority: trustme.CA, folder: Path) -> Path:
    """The authority's own certificate, to be trusted."""
    path = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context
