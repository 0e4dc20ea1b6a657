"""What `monitor init` writes: a commented configuration that runs as it is."""

from pathlib import Path

from monitor.errors import CannotWriteError

MONITOR = """\
# How the monitor works. What it watches is in sources/, one file each.
# Check your edits with `monitor config check`; a running daemon takes them over on SIGHUP.

[store]
path = "state/monitor.db"        # the change log: plain SQLite, made to be opened

[http]
# Say who you are: publishers like to know whom to write to.
user_agent = "statement-monitor (+mailto:you@example.org)"
delay = "5s"                     # between two requests to one host; Retry-After and robots.txt can only lengthen it
deadline = "30s"                 # for one look at one page, redirects included
max_body = "8MiB"
allow = []                       # addresses that may be reached although they are not public: "127.0.0.1:8000"

# [http.hosts."www.example.org"]           # one host: its own delay, and requests a day (UTC), robots.txt included
# delay = "20s"
# budget = "2000/day"

[web]
bind = "127.0.0.1:8733"          # the web pages, while the daemon runs; "" for none
# url = "https://monitor.example.org"      # where readers reach them, if not there: messages link to it
# token_file = "/run/secrets/web"          # asked of every reader; needed where others can reach the address

[log]
format = "console"               # or "json"

# Who is told when something is wrong with the monitor itself; and what is called while all is well.
# [ops]
# channel = "desk"
# heartbeat_url = "${HEARTBEAT_URL}"

# A channel is one way to reach someone. Uncomment one and name it in a source's `channels`.
# A secret comes from the environment ("${NAME}") or from a file (password_file = "/run/secrets/smtp").
# Mails in your own words: templates/NAME.subject.txt, NAME.txt and NAME.html beside this file; see docs/templates.md.

# [channels.desk]
# type = "email"
# to = ["desk@example.org"]
# from = "monitor@example.org"
# host = "127.0.0.1"
# port = 25
# digest = "daily 08:30 Europe/London"      # or "1h": one mail of all that waits, instead of one for each change

# [channels.hook]
# type = "webhook"
# url = "${HOOK_URL}"
# secret = "${HOOK_SECRET}"
# only = { disclosure = ["silent"] }        # every key must hold; also source, kind, signal, document_type, publisher,
#                                             # words, added, removed: `monitor alerts --explain CHANGE` says who got it

# [channels.team]
# type = "chat"                    # needs: pip install 'statement-monitor[chat]'
# url = "${SLACK_URL}"             # an apprise address: slack://…, discord://…, mmosts://…
"""

SOURCE = """\
# What to watch: pages by address, a listing that names pages (a feed, a sitemap, a web page), or both.
# The first look at everything is the baseline and alerts nobody.

pages = [
    "https://www.gov.uk/foreign-travel-advice/ukraine",
    "https://www.gov.uk/government/publications/the-uk-sanctions-list",
]
# listing = "https://www.gov.uk/search/news-and-communications.atom?organisations[]=foreign-commonwealth-development-office"

every = "15m"                    # or "auto": the program chooses, by how each page was edited so far
# budget = "2000/day"            # looks a day (UTC) at most; `monitor status` says what is spent
channels = []                    # names from monitor.toml, such as ["desk"]

# [follow]                       # which of the pages that a listing names
# path = ["/government/speeches/**", "/government/news/*"]

# [[quotes]]                     # a sentence to watch: told when it is altered or goes, whatever a channel takes
# text = "Ports may apply for up to £1.5 million before 3 March 2027."
# page = "https://www.gov.uk/…"  # unless given: every page of this source

[parser]
type = "govuk"                   # "css" reads other sites by selectors, "feed" reads statements out of a feed
"""


def write(folder: Path) -> list[Path]:
    """Writes `config/` and `state/` into the folder; gives the files written.

    Raises:
        CannotWriteError: a file is there already (nothing is overwritten), or cannot be written.
    """
    files = {folder / "config/monitor.toml": MONITOR, folder / "config/sources/example.toml": SOURCE}
    for path in files:
        if path.exists():
            raise CannotWriteError(f"{path}: is there already; nothing was written")
    try:
        (folder / "state").mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "config/sources").mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CannotWriteError(f"{error.filename}: cannot be written: {error.strerror}") from error
    return list(files)
