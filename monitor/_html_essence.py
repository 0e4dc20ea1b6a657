"""What of a page's bytes its readers see: the rest, which differs at each request, is cut. Pure."""

import re

TOKEN = re.compile(rb"-[0-9a-f]{6,}(?![0-9a-z])")
IDENTITY = re.compile(rb"""\s(?:id|for|name|aria-[a-z]+|data-[a-z-]+)\s*=\s*["'][^"'<>]*\Z""")
IDENTITY_BYTES = 200
SECRETS = (
    b'nonce="',
    b'name="authenticity_token" value="',
    b'<meta name="csrf-token" content="',
    b'<meta name="csp-nonce" content="',
)
CUT = (b"script", b"style", b"!--")
# These too, because what stands inside them is not read as markup usually is.
CLOSINGS = {name: b"</" + name + b">" for name in (*CUT, b"svg", b"math", b"textarea", b"title")} | {b"!--": b"-->"}
ELEMENT = re.compile(rb"<(!--|(?:script|style|svg|math|textarea|title)(?=[\s/>]))", re.IGNORECASE)
REACH_BYTES = 4096  # how far back the tag that a place is in may begin


def essence(body: bytes) -> bytes:
    """The page's bytes without scripts, styles, comments and the tokens that differ at each request.

    Two bodies of equal essence read alike: only what no reader sees is cut, and what may not be what it looks like
    stays.
    """
    kept, at, after = [], 0, 0
    while element := ELEMENT.search(body, after):
        name = element[1].lower()
        closing = CLOSINGS[name]
        end = body.find(closing, element.start() + 2)  # "<!-->" is a whole comment
        if end < 0:
            break
        after = end + len(closing)
        if name in CUT and _between_tags(body, element.start()) and _ends_here(body[element.start() + 4 : end]):
            kept.append(body[at : element.start()])
            at = after
    return without_tokens(b"".join((*kept, body[at:])))


def without_tokens(body: bytes) -> bytes:
    """The bytes with the values of nonces, form tokens and random ids left out."""
    for secret in SECRETS:
        body = _blanked(body, secret)
    return TOKEN.sub(lambda match: b"" if _names_an_element(body, match.start()) else match[0], body)


def _ends_here(inner: bytes) -> bool:
    """Whether the first closing is the end: not in a comment ended otherwise, nor in a script that holds a script."""
    return b"--!>" not in inner and not (b"<!--" in inner and b"<script" in inner.lower())


def _between_tags(body: bytes, at: int) -> bool:
    since = max(0, at - REACH_BYTES)
    return at == 0 or body.rfind(b"<", since, at) < body.rfind(b">", since, at)


def _blanked(body: bytes, opening: bytes) -> bytes:
    kept, at = [], 0
    while (start := body.find(opening, at)) >= 0:
        value = start + len(opening)
        end = body.find(b'"', value)
        if end < 0:
            break
        kept.append(body[at:value] if _in_tag(body, value) else body[at:end])
        at = end
    return b"".join((*kept, body[at:]))


def _in_tag(body: bytes, at: int) -> bool:
    since = max(0, at - REACH_BYTES)
    opened = body.rfind(b"<", since, at)
    return opened > body.rfind(b">", since, at) and body[opened + 1 : opened + 2].isalpha()


def _names_an_element(body: bytes, at: int) -> bool:
    """Whether the token at this place belongs to the value of an id or of an attribute that refers to one."""
    return _in_tag(body, at) and IDENTITY.search(body, max(0, at - IDENTITY_BYTES), at) is not None
