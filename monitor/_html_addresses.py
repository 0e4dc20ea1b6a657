"""What of a link's address is the same at every visit. Pure."""

import re

CAMPAIGN = r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|_ga|_gl"
VISIT = r"phpsessid|aspsessionid\w*|cfid|cftoken"
PASSING = rf"{CAMPAIGN}|{VISIT}|(?:j|php|asp)?[-_]?session[-_]?id|(?:\w+[-_])?csrf\w*|authenticity_token|nonce"
"""Query parameters that say where a reader came from, or which visit this is, never what is read."""

PARAMETER = re.compile(rf"(?:{PASSING})=[^&#]*|(?:sid|token)=(?=[a-z]*\d)[0-9a-z]{{16,}}(?![^&#])", re.IGNORECASE)
STEP = re.compile(r";jsessionid=[^/?#;]*", re.IGNORECASE)


def steady(url: str) -> str:
    """The address without the names of visits and of campaigns in it."""
    url = STEP.sub("", url)
    address, mark, fragment = url.partition("#")
    start, asked, query = address.partition("?")
    if not asked:
        return url
    kept = "&".join(pair for pair in query.split("&") if not PARAMETER.fullmatch(pair))
    return f"{start}?{kept}{mark}{fragment}" if kept else f"{start}{mark}{fragment}"
