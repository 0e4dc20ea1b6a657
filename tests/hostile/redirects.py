"""Redirects that lead astray, and addresses nobody may be led to. `{canary}` is the canary's port."""

from collections.abc import Callable

from tests.hostile.site import FORBIDDEN, Behaviour, Talk
from tests.hostile.texts import GOOD, document
from tests.hostile.transport import always, calm, fault
from tests.servers import HANG, answer, html

PATH = "/news/harbour-dues"


def moved(location: str, status: str = "302 Found") -> bytes:
    """A redirect."""
    return f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nLocation: ".encode() + location.encode() + b"\r\n\r\n"


def led(location: str, then: Talk = GOOD, status: str = "302 Found") -> Callable[[str], bytes]:
    """A page that redirects; every other address gets `then`."""

    def talk(request: str) -> bytes:
        answer_ = moved(location, status) if request.split(" ")[1] == PATH else then
        assert isinstance(answer_, bytes)
        return answer_

    return talk


SCHEMES = (
    *(
        fault(f"R1 to {scheme}", moved(f"{scheme}{rest}"), "error:redirect_blocked")
        for scheme, rest in (
            ("file:", "///etc/passwd"),
            ("data:", "text/html,<main><h1>Dues</h1>none</main>"),
            ("javascript:", "alert(1)"),
            ("ftp:", "//harbours.example/dues"),
            ("gopher:", "//127.0.0.1:{canary}/"),
            ("unix:", "///run/docker.sock"),
            ("ws:", "//127.0.0.1:{canary}/"),
            ("about:", "blank"),
            ("blob:", "https://harbours.example/1"),
            ("view-source:", "http://harbours.example/"),
            ("FILE:", "///etc/passwd"),
        )
    ),
)

FORBIDDEN_ADDRESSES = (
    *(
        fault(f"R2 to {place}", moved(f"http://{place}/latest/meta-data"), "error:address_blocked")
        for place in (
            *("127.0.0.1:{canary}", f"{FORBIDDEN}:{{canary}}", "127.1:{canary}", "2130706433:{canary}", "0:{canary}"),
            *("0x7f000001:{canary}", "0x7f.1:{canary}", "017700000001:{canary}", "0177.0.0.1:{canary}"),
            *("0.0.0.0:{canary}", "localhost:{canary}", "LOCALHOST:{canary}", "１２７.0.0.1:{canary}"),
            *("[::1]:{canary}", "[::]:{canary}", "[::ffff:127.0.0.1]:{canary}"),
            *("[::ffff:7f00:1]:{canary}", "[::127.0.0.1]:{canary}", "[64:ff9b::7f00:1]:{canary}"),
            *("[2002:7f00:1::]:{canary}", "[fe80::1]:{canary}", "[fc00::1]:{canary}", "[ff02::1]:{canary}"),
            *("user:word@127.0.0.1:{canary}", "harbours.example@127.0.0.1:{canary}"),
            *("169.254.169.254", "[fd00:ec2::254]", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1"),
            *("198.18.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1"),
            *("inside.harbours.example:{canary}", "mixed.harbours.example:{canary}", "metadata.harbours.example"),
        )
    ),
    fault(
        "R2 to a forbidden address, after a good step",
        led("/b", moved("http://127.0.0.1:{canary}/")),
        "error:address_blocked",
    ),
    fault(
        "R2 to a forbidden address, for good",
        moved("http://127.0.0.1:{canary}/", "301 Gone Away"),
        "error:address_blocked",
    ),
    fault("R2 to a forbidden address, over TLS", moved("https://127.0.0.1:{canary}/"), "error:address_blocked"),
)

NAMES = (
    always("R3 a name that is forbidden", GOOD, "error:address_blocked", host="inside.harbours.example"),
    always("R3 a name that is here and there", GOOD, "error:address_blocked", host="mixed.harbours.example"),
    Behaviour(
        "R3 a name that was good when first asked",
        (GOOD, GOOD, GOOD),
        ("ok", "error:address_blocked", "error:address_blocked"),
        host="rebound.harbours.example",
    ),
)

CHAINS = (
    fault("R4 to itself", moved(PATH), "error:redirect_loop"),
    fault("R4 round in a circle", led("/b", moved(PATH)), "error:redirect_loop"),
    fault("R4 ever longer", lambda request: moved(request.split(" ")[1] + "x"), "error:redirect_loop"),
    fault("R4 ever longer in its query", lambda request: moved(request.split(" ")[1] + "?x"), "error:redirect_loop"),
    fault("R4 slow chain", led("/b", HANG), "error:timeout"),
    fault("R4 no address", answer(b"", "301 Moved Permanently"), "error:redirect_invalid"),
    fault("R4 empty address", moved(""), "error:redirect_invalid"),
    fault("R4 endless address", moved("/" + "x" * 50_000), "error:redirect_invalid"),
    fault("R4 broken address", moved("http://[::1"), "error:redirect_invalid"),
    fault("R4 port that is none", moved("http://harbours.example:port/"), "error:redirect_invalid"),
    fault("R4 port too large", moved("http://harbours.example:99999/"), "error:redirect_invalid"),
    fault("R4 no host", moved("http://:80/dues"), "error:redirect_invalid"),
    fault("R4 host that is no name", moved("http://har bours.example/"), "error:redirect_invalid"),
    fault("R4 host with a NUL", b"HTTP/1.1 302 Found\r\nLocation: http://a\x00b/\r\n\r\n", "error:protocol"),
    fault("R4 multiple choices", answer(document().encode(), "300 Multiple Choices"), "error:status"),
    fault("R4 address in letters no host has", moved("http://xn--a.example:{canary}/"), "error:connect"),
    calm("R4 one passing step", led("/b")),
    calm(
        "R4 five passing steps",
        lambda request: GOOD if len(request.split(" ")[1]) > len(PATH) + 4 else moved(request.split(" ")[1] + "x"),
    ),
    calm("R4 scheme in capitals, white space round it", led("  HTTP://127.0.0.1:{port}/b \t")),
    calm("R4 to the same host, without a scheme", led("//127.0.0.1:{port}/b#part")),
    calm("R5 cookies at each step", lambda request: moved("/b\r\nSet-Cookie: a=b") if PATH in request else GOOD),
    calm("R5 with a name and a word", led("http://user:word@127.0.0.1:{port}/b")),
)

NEVER_FOLLOWED = (
    *(
        calm(f"R6 {name}", html(document(head=f"<{markup}>"), **headers))
        for name, markup, headers in (
            ("meta refresh", 'meta http-equiv="refresh" content="0; url=http://127.0.0.1:{canary}/"', {}),
            ("base", 'base href="http://127.0.0.1:{canary}/"', {}),
            ("canonical address", 'link rel="canonical" href="http://127.0.0.1:{canary}/"', {}),
            ("prefetched style", 'link rel="stylesheet" href="http://127.0.0.1:{canary}/a.css"', {}),
            ("script", 'script src="http://127.0.0.1:{canary}/a.js"></script', {}),
            ("Refresh header", "meta", {"Refresh": "0; url=http://127.0.0.1:{canary}/"}),
            ("Link header", "meta", {"Link": "<http://127.0.0.1:{canary}/>; rel=preload"}),
            ("Content-Location header", "meta", {"Content_Location": "http://127.0.0.1:{canary}/"}),
            ("frame", 'meta><iframe src="http://127.0.0.1:{canary}/"></iframe', {}),
            ("document type", "!-- -->", {}),
        )
    ),
)

INSTEAD = (
    *(
        fault(f"R8 to {place}", led(place, html(document("Rivers and Harbours"))), outcome)
        for place, outcome in (
            ("/", "gone"),
            ("/index.html", "gone"),
            ("/login?back=/news/harbour-dues", "blocked"),
            ("/accounts/sign-in", "blocked"),
            ("/auth/realms/public", "blocked"),
            ("/404", "gone"),
            ("/errors/not-found.html", "gone"),
            ("/maintenance.html", "maintenance"),
            ("/error", "maintenance"),
            ("/en/", "gone"),
            ("/wp-login.php", "blocked"),
            ("/sso;jsessionid=1", "blocked"),
            ("/saml2/idp", "blocked"),
            ("/access-denied", "blocked"),
            ("/captcha", "blocked"),
            ("/cookie-consent", "blocked"),
            ("/GeneralError.aspx", "maintenance"),
            ("/service-unavailable", "maintenance"),
        )
    ),
)

BEHAVIOURS = (*SCHEMES, *FORBIDDEN_ADDRESSES, *NAMES, *CHAINS, *NEVER_FOLLOWED, *INSTEAD)
