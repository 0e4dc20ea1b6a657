"""The words by which a notice in a page's stead gives itself away: whole titles and headings. Pure."""

from monitor.models import Outcome


def _phrases(*phrases: str) -> str:
    return "|".join(f"(?:{phrase})" for phrase in phrases)


SORRY = r"(?:(?:we are |we're )?sorry,? (?:but )?|oops,? |whoops,? )?"
THING = r"(?:the |this |that |our |your )?(?:page|document|content|url|address|site|website|service|resource)"
WANTED = r"(?: you(?: are|'re| were)? (?:looking for|requested|trying to (?:access|reach)))?"

NOTICES = (
    (
        Outcome.BLOCKED,
        _phrases(
            r"just a moment",
            r"attention required",
            r"one moment,? please",
            r"pardon our interruption",
            r"(?:error )?(?:403|access|permission) ?[-:]? ?(?:denied|forbidden)",
            r"(?:403|forbidden|access denied|request (?:rejected|blocked|unsuccessful|denied))",
            r"access to this (?:page|site|website|resource) (?:has been|is|was) (?:denied|blocked|restricted)",
            r"(?:sorry,? )?you have been blocked",
            r"(?:please )?(?:verify|confirm|prove)(?:ing)? (?:that )?you(?:'re| are) (?:a )?(?:human|not a robot)",
            r"are you (?:a )?(?:human|robot|bot)",
            r"(?:human|robot|bot|browser|captcha|security) (?:verification|check|challenge)",
            r"(?:performing security verification|checking your browser(?: before accessing.*)?|captcha|robot check)",
            r"unusual (?:traffic|activity)(?: detected)?(?: from your (?:computer )?network)?",
            r"(?:before you continue(?: to .*)?|we value your privacy|your privacy choices)",
            r"(?:please )?(?:enable|allow) (?:cookies|java ?script)(?: and (?:cookies|java ?script))?(?: to .*)?",
            r"(?:cookie|privacy) (?:consent|wall|settings|preferences)",
            r"(?:please )?(?:log|sign) ?(?:in|on)(?: (?:to|required|page|please).*)?|login(?: required)?",
            r"authentication required|session expired|anmelden|connexion|iniciar sesión",
        ),
    ),
    (
        Outcome.MAINTENANCE,
        _phrases(
            r"(?:(?:site|website|service|system|scheduled|planned|routine|essential) )+maintenance",
            r"maintenance (?:mode|page|break|in progress)",
            rf"{SORRY}{THING} is (?:currently |temporarily )?(?:down|offline|unavailable)",
            rf"{SORRY}{THING} is (?:currently |temporarily )?(?:down|offline|unavailable) for (?:\w+ )?maintenance",
            rf"{SORRY}{THING} is (?:currently )?under(?:going)? (?:\w+ )?(?:maintenance|construction)",
            r"(?:down|closed) for (?:scheduled |planned |essential )?maintenance",
            r"(?:(?:web)?site |page )?under (?:maintenance|construction)",
            r"(?:temporarily|service|site|server) (?:temporarily )?(?:unavailable|down|offline)",
            r"(?:we'll|we will) be (?:right )?back(?: (?:soon|shortly))?|be right back|back soon",
            rf"{SORRY}(?:we are|we're) (?:currently )?experiencing (?:technical )?(?:difficulties|problems|issues)",
            rf"{SORRY}(?:there is a problem with th(?:e|is) service|something (?:went|has gone) wrong)",
            r"(?:http )?(?:error )?(?:500|502|503|504)(?: ?[-:]? ?(?:error|internal server error|bad gateway|"
            r"service (?:temporarily )?unavailable|gateway time-?out))?",
            r"internal server error|bad gateway|gateway time-?out|technical difficulties",
            r"(?:runtime|server|application|database|unexpected) error",
            r"error establishing a database connection|an (?:unexpected )?error (?:has )?occurred|wartungsarbeiten",
        ),
    ),
    (
        Outcome.GONE,
        _phrases(
            rf"(?:error )?(?:404|410)(?: error)?(?: ?[-:,(]* ?{SORRY}(?:{THING} )?(?:not found|gone|error)\)?)?",
            rf"{SORRY}{THING} (?:was |were |is |could )?(?:not|n't) (?:be )?(?:found|available|exist)",
            rf"not found|{SORRY}{THING} (?:no longer exists|does(?: not|n't) exist|is gone|is missing)",
            rf"{SORRY}{THING}{WANTED} (?:is no longer|is not|isn't|was not|wasn't) (?:available|here|found)",
            rf"{SORRY}{THING}{WANTED} (?:no longer exists|does(?: not|n't) exist)",
            rf"{SORRY}{THING}{WANTED} (?:cannot|can't|can not|could not|couldn't) be found",
            rf"{SORRY}(?:the |this )page{WANTED} (?:has been|was|may have been) (?:removed|deleted|moved)",
            rf"{SORRY}(?:we|you) (?:cannot|can't|can not|could not|couldn't) (?:find|locate) {THING}.{{0,60}}",
            r"(?:diese )?seite (?:wurde )?nicht gefunden|page (?:introuvable|non trouvée)|página no encontrada",
            r"pagina non trovata|nie znaleziono strony|страница не найдена|сторінку не знайдено",
            r"(?:this )?domain (?:name )?(?:is )?(?:for sale|parked|has expired)|parked domain",
        ),
    ),
)
"""Patterns of whole titles and headings of notices, or of their parts between " - ", " | " …, in the order of trial.

As text: they take longer to compile than a round that reads nothing may take to start.
"""
