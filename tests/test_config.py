"""The configuration: what is right is read as meant, what is wrong is reported whole."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from monitor import config
from monitor.errors import ConfigError
from monitor.models import Digest, Disclosure, Filter, Follow, HostSettings, Http, Ops, ParserSettings, Quote, Source

MONITOR = """
[store]
path = "state/monitor.db"

[http]
user_agent = "watch (+mailto:us@example.org)"
delay = "2s"
max_body = "1MiB"
allow = ["127.0.0.1:8000", "10.1.0.0/16"]

[web]
bind = "127.0.0.1:8733"

[channels.desk]
type = "email"
to = ["desk@example.org"]
from = "monitor@example.org"
host = "127.0.0.1"
port = 2525

[channels.hook]
type = "webhook"
url = "${HOOK_URL}"
secret = "${HOOK_SECRET}"
only = { disclosure = ["silent"] }
"""

SOURCE = """
listing = "https://www.example.gov.uk/search.atom"
pages = ["https://www.example.gov.uk/government/news/one"]
every = "1h"
channels = ["desk", "hook"]

[parser]
type = "govuk"
"""

HOST = '[http.hosts."www.example.gov.uk"]\n'

ENVIRONMENT = {"HOOK_URL": "https://hooks.example.org/in", "HOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}


def folder(path: Path, monitor: str = MONITOR, **sources: str) -> Path:
    (path / "config/sources").mkdir(parents=True)
    (path / "config/monitor.toml").write_text(monitor, encoding="utf-8")
    for name, text in sources.items():
        (path / f"config/sources/{name}.toml").write_text(text, encoding="utf-8")
    return path / "config"


def faults(path: Path, monitor: str = MONITOR, **sources: str) -> list[str]:
    where = folder(path, monitor, **sources)
    with pytest.raises(ConfigError) as caught:
        config.load(where, ENVIRONMENT)
    return [fault.replace(f"{where}/", "") for fault in caught.value.faults]


def test_a_right_configuration_is_read_as_meant(tmp_path: Path) -> None:
    found = config.load(folder(tmp_path, rivers=SOURCE), ENVIRONMENT)
    assert found.store_path == tmp_path / "state/monitor.db"
    assert found.http == Http(
        user_agent="watch (+mailto:us@example.org)",
        delay=timedelta(seconds=2),
        max_body=1024 * 1024,
        allow=("127.0.0.1:8000", "10.1.0.0/16"),
    )
    assert found.sources == (
        Source(
            "rivers",
            pages=("https://www.example.gov.uk/government/news/one",),
            listing="https://www.example.gov.uk/search.atom",
            every=timedelta(hours=1),
            channels=("desk", "hook"),
            parser=ParserSettings("govuk", ()),
        ),
    )
    assert found.channels["hook"].only == Filter(disclosures=(Disclosure.SILENT,))
    assert found.channels["hook"].settings["url"] == "https://hooks.example.org/in"


def test_a_source_may_leave_it_to_the_program_when_to_look(tmp_path: Path) -> None:
    text = SOURCE.replace('every = "1h"', 'every = "auto"\nbudget = "2000/day"\ntime_zone = "Pacific/Auckland"')
    (source,) = config.load(folder(tmp_path, rivers=text), ENVIRONMENT).sources
    assert (source.auto, source.budget, source.time_zone) == (True, 2000, "Pacific/Auckland")
    assert source.every == timedelta(hours=6)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('every = "often"', 'every: expected "auto" or a length of time such as "15m", not \'often\''),
        ('every = "60d"', 'every: expected "1s" to "31d", not \'60d\''),
        ('every = "auto"\nbudget = "2000"', "budget: expected a number of looks such as \"2000/day\", not '2000'"),
        ('every = "auto"\nbudget = "0/day"', "budget: expected a number of looks such as \"2000/day\", not '0/day'"),
        ('every = "1h"\nbudget = "9 a day"', "budget: expected a number of looks such as \"2000/day\", not '9 a day'"),
        ('every = "auto"\ntime_zone = "London"', "expected a time zone such as \"Europe/London\", not 'London'"),
        ('every = "auto"\ntime_zone = "/etc"', "expected a time zone such as \"Europe/London\", not '/etc'"),
    ],
)
def test_a_wrong_pace_is_told_with_what_was_expected(tmp_path: Path, lines: str, words: str) -> None:
    (fault,) = faults(tmp_path, rivers=SOURCE.replace('every = "1h"', lines))
    assert words in fault


def test_which_pages_are_followed_is_said_in_a_table(tmp_path: Path) -> None:
    rules = """
[follow]
path = ["/government/speeches/**", "^/government/news/"]
document_type = "speech"
words = ["sanctions", "export controls"]
host = "WWW.example.gov.uk"
"""
    (source,) = config.load(folder(tmp_path, rivers=SOURCE + rules), ENVIRONMENT).sources
    assert source.follow == Follow(
        paths=("/government/speeches/**", "^/government/news/"),
        document_types=("speech",),
        words=("sanctions", "export controls"),
        hosts=("www.example.gov.uk",),
    )


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('pth = "/a"', 'follow.pth: unknown key; did you mean "path"?'),
        ('path = "speeches"', 'follow.path: expected a path such as "/government/speeches/**"'),
        ('path = "^(a+)+$"', "follow.path: expected no repetition inside a repetition"),
        ('path = ["/a", "^["]', "follow.path: expected a regular expression"),
        ('host = "https://www.gov.uk/"', 'follow.host: expected a host such as "www.gov.uk"'),
        ('words = [""]', "follow.words: "),
    ],
)
def test_a_wrong_rule_is_told_with_what_was_expected(tmp_path: Path, lines: str, words: str) -> None:
    (fault,) = faults(tmp_path, rivers=f"{SOURCE}\n[follow]\n{lines}\n")
    assert words in fault


def test_rules_without_a_listing_or_without_what_they_are_about_are_faults(tmp_path: Path) -> None:
    page = 'pages = ["https://www.example.gov.uk/a"]\n[follow]\nwords = "a"\n'
    css = 'listing = "https://www.example.gov.uk/a"\n[follow]\ndocument_type = "a"\n'
    css += '[parser]\ntype = "css"\ntitle = "h1"\nbody = "main"\n'
    assert faults(tmp_path, rivers=page, lakes=css) == [
        'sources/lakes.toml:3: follow.document_type: the "css" parser reads no document type',
        "sources/rivers.toml:2: follow: holds only for what a `listing` names",
    ]


@pytest.mark.parametrize(
    ("other", "covered"),
    [
        ('every = "1h"\n[[quotes]]\ntext = "one two three"', False),
        ('every = "1h"\nchannels = ["desk"]', True),
        ('every = "1h"\nchannels = ["desk", "hook"]', True),
        ('every = "2h"', True),
        ('every = "auto"\nbudget = "100/day"', True),
        ('every = "30m"', False),
        ('every = "1h"\nchannels = ["lakes"]', False),
        ('every = "1h"\n[parser]\ntype = "feed"', False),
    ],
)
def test_a_page_is_left_to_a_source_that_does_all_this_one_would(tmp_path: Path, other: str, covered: bool) -> None:
    lakes = f'listing = "https://www.example.gov.uk/lakes.atom"\n{other}\n'
    monitor = MONITOR + '[channels.lakes]\ntype = "webhook"\nurl = "${HOOK_URL}"\nonly = { source = "lakes" }\n'
    found = config.load(folder(tmp_path, monitor, rivers=SOURCE, lakes=lakes), ENVIRONMENT)
    by_name = {source.name: source.covered_by for source in found.sources}
    assert by_name["lakes"] == (("rivers",) if covered else ())


def test_a_channel_that_takes_one_source_alone_is_not_told_by_another(tmp_path: Path) -> None:
    lakes = 'listing = "https://www.example.gov.uk/lakes.atom"\nevery = "1h"\nchannels = ["lakes"]\n'
    monitor = MONITOR + '[channels.lakes]\ntype = "webhook"\nurl = "${HOOK_URL}"\nonly = { source = "lakes" }\n'
    rivers = SOURCE.replace('["desk", "hook"]', '["desk", "hook", "lakes"]')
    found = config.load(folder(tmp_path, monitor, rivers=rivers, lakes=lakes), ENVIRONMENT)
    assert {source.name: source.covered_by for source in found.sources} == {"lakes": (), "rivers": ()}


def test_quotes_are_watched_on_their_page_or_on_all(tmp_path: Path) -> None:
    page = "https://www.example.gov.uk/government/news/one"
    quotes = f'\n[[quotes]]\ntext = "one two three"\n[[quotes]]\ntext = "four five six"\npage = "{page}"\n'
    (source,) = config.load(folder(tmp_path, rivers=SOURCE + quotes), ENVIRONMENT).sources
    assert source.quotes == (Quote("one two three"), Quote("four five six", page))


def test_a_quote_that_cannot_be_watched_is_told_with_its_line(tmp_path: Path) -> None:
    quotes = """pages = ["https://www.example.gov.uk/a"]
[[quotes]]
text = "one two three"

[[quotes]]
text = "too short"

[[quotes]]
text = "four five six"
page = "https://www.example.gov.uk/b"
[parser]
type = "govuk"
"""
    assert faults(tmp_path, rivers=quotes.replace("too short", "not too short"), lakes=quotes) == [
        "sources/lakes.toml:6: quotes.text: expected a sentence of at least 3 words, not 'too short'",
        "sources/rivers.toml:10: quotes.page: this source does not watch https://www.example.gov.uk/b",
    ]


def test_a_quote_has_no_other_keys(tmp_path: Path) -> None:
    quotes = '[[quotes]]\ntext = "one two three"\n[[quotes]]\ntxt = "four five six"\ntext = "four five six"\n'
    assert faults(tmp_path, rivers=SOURCE + quotes) == [
        'sources/rivers.toml:12: quotes.txt: unknown key; did you mean "text"?'
    ]


ONLY = 'only = { disclosure = ["silent"] }'


def test_what_a_channel_takes_is_said_in_only(tmp_path: Path) -> None:
    only = """
[channels.hook.only]
source = "rivers"
document_type = "speech"
publisher = "Home Office"
words = ["oil", "/^It /"]
added = "£5"
removed = ['/[0-9]+/']
"""
    found = config.load(folder(tmp_path, MONITOR.replace(ONLY, only), rivers=SOURCE), ENVIRONMENT)
    assert found.channels["hook"].only == Filter(
        sources=("rivers",),
        document_types=("speech",),
        publishers=("Home Office",),
        words=("oil", "/^It /"),
        added=("£5",),
        removed=("/[0-9]+/",),
    )


@pytest.mark.parametrize(
    ("only", "words"),
    [
        ('word = "oil"', 'only.word: unknown key; did you mean "words"?'),
        ('added = ["oil", "/(a+)+$/"]', "only.added: expected no repetition inside a repetition, such as (a+)+"),
        ('removed = "/[/"', "only.removed: expected a regular expression: unterminated character set at position 0"),
        ('words = " "', "only.words: expected a word or a phrase, not ' '"),
        ('publisher = ""', "only.publisher: expected a word or a phrase, not ''"),
        ('signal = "sitewide"', "only.signal: expected a signal of the edit itself"),
    ],
)
def test_what_no_channel_can_take_by_is_told(tmp_path: Path, only: str, words: str) -> None:
    (fault,) = faults(tmp_path, MONITOR.replace(ONLY, f"only = {{ {only} }}"), rivers=SOURCE)
    assert fault.startswith(f"monitor.toml:25: channels.hook.{words}")


def test_a_channel_that_could_never_be_told_is_a_fault(tmp_path: Path) -> None:
    css = 'pages = ["https://www.example.gov.uk/a"]\nchannels = ["hook"]\n[parser]\ntype = "css"\ntitle = "h1"\n'
    monitor = MONITOR.replace(ONLY, 'only = { document_type = "speech", publisher = "Home Office" }')
    words = "no source of this channel reads any: css do not"
    assert faults(tmp_path, monitor, lakes=css + 'body = "main"\n') == [
        f"monitor.toml:25: channels.hook.only.document_type: {words}",
        f"monitor.toml:25: channels.hook.only.publisher: {words}",
    ]


def test_every_fault_is_reported_at_once_with_file_line_key_and_nearest_name(tmp_path: Path) -> None:
    monitor = MONITOR.replace('delay = "2s"', 'dealy = "2s"\ndeadline = "soon"').replace('"silent"', '"silnt"')
    found = faults(
        tmp_path,
        monitor,
        rivers=SOURCE.replace("every", "evry").replace('"desk"', '"dsk"').replace('"govuk"', '"govk"'),
        lakes='pages = ["www.example.gov.uk"]\nevery = "0s"\n',
    )
    assert [fault.split(" ")[:2] for fault in found] == [
        ["monitor.toml:8:", "http.deadline:"],
        ["monitor.toml:7:", "http.dealy:"],
        ["monitor.toml:26:", "channels.hook.only.disclosure:"],
        ["sources/lakes.toml:1:", "pages:"],
        ["sources/lakes.toml:2:", "every:"],
        ["sources/rivers.toml:4:", "evry:"],
        ["sources/rivers.toml:8:", "parser.type:"],
        ["sources/rivers.toml:5:", "channels:"],
    ]
    assert 'unknown key; did you mean "delay"?' in found[1]
    assert 'unknown key; did you mean "every"?' in found[5]
    assert 'did you mean "govuk"?' in found[6]
    assert 'did you mean "desk"?' in found[7]


@pytest.mark.parametrize(
    ("monitor", "words"),
    [
        ("[store\n", "monitor.toml:1: no valid TOML"),
        (
            MONITOR.replace("${HOOK_URL}", "${NOWHERE}"),
            "channels.hook.url: the environment variable NOWHERE is not set",
        ),
        (MONITOR.replace('from = "monitor@example.org"\n', ""), "channels.desk.from: is missing"),
        (MONITOR.replace("port = 2525", "prot = 2525"), 'channels.desk.prot: unknown key; did you mean "port"?'),
        (MONITOR.replace('type = "email"', 'type = "pigeon"'), 'channels.desk.type: "pigeon" is none of'),
        (MONITOR.replace('"10.1.0.0/16"', '"10.1.0.0/99"'), "http.allow: "),
        (MONITOR + HOST + 'dealy = "1s"', 'dealy: unknown key; did you mean "delay"?'),
        (MONITOR + HOST + 'budget = "9/day"', "budget: expected a number of requests"),
        (MONITOR + HOST.replace("www.", "https://www."), "http.hosts: expected a host as in its addresses"),
    ],
)
def test_a_fault_names_its_key(tmp_path: Path, monitor: str, words: str) -> None:
    assert words in "\n".join(faults(tmp_path, monitor, rivers=SOURCE))


@pytest.mark.parametrize(
    ("monitor", "words"),
    [
        ('[http]\ndelay = "2h"', 'monitor.toml:2: http.delay: expected "0s" to "1h", not \'2h\''),
        ('[http]\ndelay = "-1s"', "monitor.toml:2: http.delay: expected a length of time"),
        (f'[http]\ndelay = "{"9" * 400}d"', "monitor.toml:2: http.delay: expected a length of time"),
        ('[http]\ndeadline = "0s"', 'monitor.toml:2: http.deadline: expected "100ms" to "10m", not \'0s\''),
        ('[http]\nmax_body = "9999GiB"', 'monitor.toml:2: http.max_body: expected "1KiB" to "256MiB"'),
        (
            '[channels.desk]\ntype = "email"\nport = 99999\nto = "a@example.org"\nfrom = "a@example.org"\nhost = "a"',
            "monitor.toml:3: channels.desk.port: expected a number from 1 to 65535",
        ),
        ("x = " + "[" * 50_000, "monitor.toml: is nested too deeply"),
        ("a" + ".a" * 20_000 + " = 1", "monitor.toml: is nested too deeply"),
        ("#" * 1_100_000, "monitor.toml: cannot be read: has more than 1024 KiB"),
    ],
    ids=range(9),
)
def test_what_is_out_of_bounds_is_told_and_never_a_traceback(tmp_path: Path, monitor: str, words: str) -> None:
    (fault,) = faults(tmp_path, monitor, rivers='pages = ["https://www.example.gov.uk/a"]')
    assert fault.startswith(words)


def test_what_cannot_be_read_is_not_told_of_again_where_it_is_missed(tmp_path: Path) -> None:
    found = faults(tmp_path, "[http\n", rivers=SOURCE.replace("every", "evry"))
    assert [fault.split(" ")[:2] for fault in found] == [["monitor.toml:1:", "no"], ["sources/rivers.toml:4:", "evry:"]]


def test_a_password_has_no_place_in_an_address_and_is_not_told(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, rivers='pages = ["https://user:hunter2@www.example.gov.uk/a"]')
    assert fault.startswith("sources/rivers.toml:1: pages: expected an address without a user name or password")
    assert "hunter2" not in fault


@pytest.mark.parametrize("secret", ["whsec_!!hunter2!!", '["hunter2"]', "${HUNTER}"])
def test_a_wrong_secret_is_never_told(tmp_path: Path, secret: str) -> None:
    line = f"secret = {secret}" if secret.startswith("[") else f'secret = "{secret}"'
    where = folder(tmp_path, MONITOR.replace('secret = "${HOOK_SECRET}"', line), rivers=SOURCE)
    with pytest.raises(ConfigError, match=r"channels\.hook\.secret") as caught:
        config.load(where, ENVIRONMENT | {"HUNTER": "whsec_!!hunter2!!"})
    assert "hunter2" not in str(caught.value)


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(ENVIRONMENT["HOOK_SECRET"] + "\n")
    monitor = MONITOR.replace('secret = "${HOOK_SECRET}"', 'secret_file = "secret"')
    found = config.load(folder(tmp_path, monitor, rivers=SOURCE), ENVIRONMENT)
    assert found.channels["hook"].settings["secret"] == ENVIRONMENT["HOOK_SECRET"]


def test_one_page_in_two_sources_is_a_fault(tmp_path: Path) -> None:
    page = 'pages = ["https://www.example.gov.uk/government/news/one/"]\n'
    assert faults(tmp_path, rivers=SOURCE, lakes=page) == [
        "sources/lakes.toml, sources/rivers.toml: pages: www.example.gov.uk/government/news/one is named more than once"
    ]


def test_a_host_may_have_settings_of_its_own(tmp_path: Path) -> None:
    monitor = MONITOR + HOST + 'delay = "0s"\nbudget = "2000/day"\nrobots = false\n[http.hosts."127.0.0.1:8000"]\n'
    found = config.load(folder(tmp_path, monitor, rivers=SOURCE), ENVIRONMENT)
    assert found.http.hosts == {
        "www.example.gov.uk": HostSettings(timedelta(0), 2000, robots=False),
        "127.0.0.1:8000": HostSettings(),
    }


def test_a_missing_folder_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="monitor init"):
        config.load(tmp_path / "config", {})


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ('channel = "dsk"', 'ops.channel: there is no channel "dsk" in monitor.toml; did you mean "desk"?'),
        ('chanel = "desk"', 'ops.chanel: unknown key; did you mean "channel"?'),
        ('heartbeat_url = "SECRET"', 'ops.heartbeat_url: expected an address such as "https://hc.example.org/ping/…"'),
        ('heartbeat_url = "https://a/"\nheartbeat_url_file = "b"', "ops.heartbeat_url_file: give either this or"),
        ('heartbeat_url_file = "none"', "ops.heartbeat_url_file: cannot be read"),
    ],
)
def test_a_fault_of_the_ops_table_is_named_and_shows_no_secret(tmp_path: Path, table: str, fault: str) -> None:
    (found,) = faults(tmp_path, f"{MONITOR}\n[ops]\n{table}\n", rivers=SOURCE)
    assert fault in found
    assert "SECRET" not in found


def test_whom_the_monitor_tells_of_itself_is_read_as_meant(tmp_path: Path) -> None:
    (tmp_path / "beat").write_text("https://hc.example.org/ping/1\n")
    text = f'{MONITOR}\n[ops]\nchannel = "desk"\nheartbeat_url_file = "beat"\n'
    found = config.load(folder(tmp_path, text, rivers=SOURCE), ENVIRONMENT).ops
    assert found == Ops("desk", "https://hc.example.org/ping/1")
    assert "hc.example.org" not in repr(found)


@pytest.mark.parametrize(
    ("written", "digest"),
    [
        ("daily 08:30 Europe/London", Digest(at=time(8, 30), time_zone="Europe/London")),
        ("daily 8:05 UTC", Digest(at=time(8, 5), time_zone="UTC")),
        ("1h", Digest(timedelta(hours=1))),
        ("1d", Digest(timedelta(days=1))),
    ],
)
def test_a_channel_may_have_a_digest(tmp_path: Path, written: str, digest: Digest) -> None:
    monitor = MONITOR.replace("port = 2525", f'port = 2525\ndigest = "{written}"')
    found = config.load(folder(tmp_path, monitor, rivers=SOURCE), ENVIRONMENT)
    assert [channel.digest for channel in found.channels.values()] == [digest, None]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('digest = "daily 08:30 Europe/Londn"', "digest: expected a time zone such as"),
        ('digest = "daily 24:00 UTC"', 'digest: expected a time of day from "00:00" to "23:59"'),
        ('digest = "daily 08:30"', 'digest: expected "daily 08:30 Europe/London" or a length of time such as "1h"'),
        ('digest = "weekly"', 'digest: expected "daily 08:30 Europe/London" or a length of time such as "1h"'),
        ("digest = 3600", 'digest: expected "daily 08:30 Europe/London" or a length of time such as "1h"'),
        ('digest = "0s"', 'digest: expected "1m" to "1d"'),
        ('digest = "2d"', 'digest: expected "1m" to "1d"'),
        ('digst = "1h"', 'channels.desk.digst: unknown key; did you mean "digest"?'),
    ],
)
def test_a_digest_that_cannot_be_is_a_fault(tmp_path: Path, line: str, words: str) -> None:
    monitor = MONITOR.replace("port = 2525", f"port = 2525\n{line}")
    (fault,) = faults(tmp_path, monitor, rivers=SOURCE)
    assert words in fault
