"""The words by which a notice in a page's stead gives itself away: whole titles and headings. Pure."""

from monitor.models import Outcome


def _phrases(*phrases: str) -> str:
    return "|".join(f"(?:{phrase})" for phrase in phrases)


SORRY = r"(?:(?:we are |we're )?sorry,? (?:but )?|oops[,!]? |whoops,? )?"
THING = (
    r"(?:the |this |that |our |your )?(?:requested )?(?:web ?)?"
    r"(?:page|document|content|url|address|site|service|resource|article|file|object|system)"
)
WANTED = r"(?: you(?: are|'re| were)? (?:looking for|requested|trying to (?:access|reach)))?"
SCRIPTS = r"(?:cookies|java ?script)"
BE_NOT = r"(?:is not|isn't|are not|was not|wasn't)"

NOTICES = (
    (
        Outcome.BLOCKED,
        _phrases(
            r"just a moment",
            r"attention required",
            r"(?:one moment,? please|please wait(?: while .*)?)",
            r"pardon (?:our|the) interruption",
            r"(?:error )?(?:403|access|permission) ?[-:]? ?(?:denied|forbidden)",
            r"(?:403|forbidden|access denied|request (?:rejected|blocked|unsuccessful|denied))",
            r"(?:error )?401 ?[-:]? ?(?:unauthori[sz]ed|authori[sz]ation required)?|authori[sz]ation required",
            r"(?:un|not )authori[sz]ed(?: access)?|you are not authori[sz]ed.{0,40}",
            r"access to this (?:page|site|website|resource) (?:has been|is|was) (?:denied|blocked|restricted)",
            r"(?:sorry,? )?(?:you|your ip(?: address)?) ha(?:ve|s) been blocked|ip(?: address)? blocked",
            rf"(?:{THING} (?:is |has been )?(?:blocked|restricted)|geo-?restricted)",
            rf"{SORRY}{THING} {BE_NOT} available in your (?:country|region|location)|unavailable for legal reasons",
            r"(?:error: )?the request could not be satisfied|the requested url was rejected.*|web application firewall",
            r"error 10\d\d(?: ray id.*)?|ddos protection by .*",
            r"(?:please |let's )?(?:verify|confirm|prov)(?:e|ing)? (?:that )?you(?:'re| are) (?:a )?"
            r"(?:human|not a robot)",
            r"(?:are you (?:a )?(?:human|robot|bot)|i'm not a robot)",
            r"(?:human|robot|bot|browser|captcha|security|age) (?:verification|check|challenge)",
            r"(?:performing security verification|checking your browser(?: before accessing.*)?|captcha|robot check)",
            r"checking if the site connection is secure|your connection is not private",
            r"unusual (?:traffic|activity)(?: detected)?(?: from your (?:computer )?network)?",
            r"(?:before you continue(?: to .*)?|we value your privacy|your (?:privacy choices|choices regarding .*))",
            rf"(?:please )?(?:you need to )?(?:enable|allow|accept) {SCRIPTS}(?: and {SCRIPTS})?(?: to .*)?",
            rf"{SCRIPTS} (?:is|are|must be) (?:required|disabled|enabled|needed)",
            r"(?:cookie|privacy|manage)s? (?:consent|wall|settings|preferences?(?: cent(?:re|er))?)",
            r"cookies on this (?:web)?site|we use cookies(?: on .*)?",
            r"(?:welcome,? )?(?:please )?(?:log|sign) ?(?:in|on)(?: (?:to|required|page|please).*)?",
            r"login(?: required)?|single sign-on",
            r"authentication required|(?:your )?session (?:has )?(?:expired|timed out|timeout)",
            r"(?:members|subscribers) only|subscribe to (?:continue|read).*",
            r"anmelden|anmeldung|connexion|se connecter|iniciar sesión|inloggen|logga in|logg inn",
        ),
    ),
    (Outcome.RATE_LIMITED, _phrases(r"(?:error )?(?:429 ?[-:]? ?)?too many requests|(?:rate )?limit exceeded")),
    (
        Outcome.MAINTENANCE,
        _phrases(
            r"(?:(?:site|website|service|system|scheduled|planned|routine|essential|server) )+(?:maintenance|downtime)",
            r"maintenance (?:mode|page|break|in progress)|(?:upgrade|update) in progress|planned outage",
            rf"{SORRY}(?:{THING} is|we are|we're) (?:(?:currently|temporarily|briefly|too|very) )?"
            r"(?:down|offline|unavailable|busy)(?: for (?:\w+ )?maintenance)?",
            rf"{SORRY}{THING} is (?:currently )?under(?:going)? (?:\w+ )?(?:maintenance|construction)",
            rf"{SORRY}(?:we are|we're) (?:currently )?(?:performing|carrying out|undergoing) (?:\w+ )?maintenance",
            r"(?:temporarily |briefly )?(?:down|closed|unavailable) for (?:\w+ )?maintenance(?:\. .*)?",
            r"(?:(?:web)?site |page )?under (?:maintenance|construction)",
            r"(?:temporarily|service|(?:web)?site|server|system) (?:temporarily )?(?:unavailable|down|offline|busy)",
            r"(?:we'll|we will) be (?:right )?back(?: (?:soon|shortly))?|be right back|back soon",
            rf"{SORRY}(?:we are|we're) (?:currently )?experiencing (?:technical )?(?:difficulties|problems|issues)",
            rf"{SORRY}(?:there is a problem with th(?:e|is) service|something (?:went|has gone) wrong)(?: \(\d+\))?",
            r"(?:http )?(?:status |error )?(?:400|408|5\d\d)(?: ?[-:–—]? ?(?:(?:server )?error|internal server error|"
            r"bad (?:gateway|request)|service (?:temporarily )?unavailable|backend fetch failed|"
            r"(?:gateway|request|connection) time(?:-?|d )out))?",
            r"internal server error|bad (?:gateway|request)|(?:gateway|request) time-?out",
            r"technical (?:difficulties|problems?)",
            r"(?:runtime|server|application|database|unexpected|fatal) error(?: in '.*' application|: .*)?",
            r"unhandled exception|whitelabel error page|traceback \(most recent call last\)",
            r"error establishing a database connection|unable to connect to (?:the )?database",
            rf"{SORRY}an (?:unexpected )?error (?:has )?occurred",
            r"(?:the )?server is (?:too |very )?busy|(?:virtual )?waiting room",
            r"you are (?:now )?in (?:a |the )?(?:queue|line)",
            r"wartungsarbeiten|wartungsmodus|(?:site )?en maintenance|en mantenimiento|in manutenzione",
            r"welcome to nginx|apache\d? .*default page.*|test page for .*|iis windows(?: server)?",
            r"default web ?site page",
            r"account suspended|this account has been suspended",
        ),
    ),
    (
        Outcome.GONE,
        _phrases(
            rf"(?:http |erreur |fehler )?(?:error )?(?:404|410)(?: error)?"
            rf"(?: ?[-:,(]* ?{SORRY}(?:{THING} )?(?:not found|gone|error)\)?)?",
            rf"{SORRY}{THING} (?:was |were |is |could )?(?:not|n't) (?:be )?(?:found|available|exist)"
            r"(?: on this server)?",
            rf"not found|{SORRY}{THING} (?:no longer exists|does(?: not|n't) exist|is gone|is missing)",
            rf"{SORRY}{THING}{WANTED} (?:(?:is )?no longer|{BE_NOT}) (?:available|here|found)",
            rf"{SORRY}{THING}{WANTED} (?:no longer exists|does(?: not|n't) exist)",
            rf"{SORRY}{THING}{WANTED} (?:cannot|can't|can not|could not|couldn't) be found",
            rf"{SORRY}{THING}{WANTED} (?:(?:has been|was|may have been) )?(?:removed|deleted|moved|archived)",
            rf"{SORRY}(?:we|you) (?:cannot|can't|can not|could not|couldn't) (?:find|locate) {THING}.{{0,60}}",
            rf"{THING} (?:unavailable|missing)|missing page|(?:broken|dead) link",
            r"(?:invalid|no such) (?:url|page|app|site)",
            r"(?:diese )?seite (?:wurde )?nicht gefunden|page (?:introuvable|non trouvée)|página no encontrada",
            r"pagina (?:non trovata|niet gevonden)|nie znaleziono strony|страница не найдена|сторінку не знайдено",
            r"sidan (?:hittades inte|finns inte)|siden (?:blev |ble )?ikke funnet|stránka nenalezena|"
            r"tudalen heb ei c(?:h)?anfod|ní bhfuarthas an leathanach|página não encontrada|ページが見つかりません",
            r"(?:this )?domain (?:name )?(?:is )?(?:for sale|parked|has expired|not configured)|parked domain",
            r"buy this domain|(?:website|domain) expired|there isn't a github pages site here",
        ),
    ),
)
"""Patterns of whole titles and headings of notices, or of their parts between " - ", " | " …, in the order of trial.

As text: they take longer to compile than a round that reads nothing may take to start.
"""

TERSE_NOTICES = (
    (Outcome.BLOCKED, _phrases(r"cookies?(?: policy)?|queue-it|restricted|members|verification")),
    (
        Outcome.MAINTENANCE,
        _phrases(
            r"error|(?:an )?exception|oops|whoops|sorry|maintenance|outage|offline|down|unavailable|timeout",
            r"high traffic|down for (?:a bit|now)|coming soon|it works|index of /.*",
        ),
    ),
    (
        Outcome.GONE,
        _phrases(
            r"gone|moved|removed|deleted|missing|no longer available|nothing (?:found|here|to see here)",
            r"redirecting(?: to .*)?|(?:object|document|page) (?:has )?moved(?: here)?",
            r"30\d ?[-:]? ?(?:moved permanently|found)",
        ),
    ),
)
"""Likewise, of words that a page of its own may well be headed by, unless it says hardly more."""
