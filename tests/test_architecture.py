"""The house holds: imports go down only, rules touch nothing outside, SQL and clients have one room each."""

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "monitor"

NOUNS = ("models", "errors", "interfaces")
RULES = (
    "html",
    "screen",
    "words",
    "dates",
    "history",
    "align",
    "signals",
    "compare",
    "cluster",
    "patterns",
    "follow",
    "routes",
    "disclose",
    "quotes",
    "schedule",
    "robots",
    "decide",
    "render",
    "templates",
    "parsers",
)
EDGES = (
    *("net", "fetch", "sandbox", "check", "stores", "channels", "executors", "plugins", "config", "lock"),
    "failpoints",
)
SHELL = ("pipeline", "daemon", "cli", "web", "__main__", "demo", "terminal", "starter", "saved", "health")
FLOORS = {room: floor for floor, rooms in enumerate((NOUNS, RULES, EDGES, SHELL)) for room in rooms}

MAY_USE = {  # edges an edge may lean on: the maker of clients, the finder of plugins, looking's own parts, failpoints
    "channels": {"net"},
    "check": {"failpoints", "fetch", "plugins", "sandbox"},
    "config": {"net", "plugins"},
    "fetch": {"net"},
    "stores": {"failpoints"},
}

PURE = {
    *(
        "__future__",
        "abc",
        "base64",
        "bisect",
        "calendar",
        "codecs",
        "collections",
        "contextlib",
        "dataclasses",
        "datetime",
    ),
    *("decimal", "difflib", "enum", "fractions", "functools", "graphlib", "hashlib", "heapq", "html", "itertools"),
    *("json", "math", "operator", "re", "string", "textwrap", "types", "typing", "unicodedata", "urllib.parse"),
    *(
        "zlib",
        "xml.parsers.expat",
        "zoneinfo",
        "email.utils",
        "traceback",
        "feedparser",
        "io",
        "jinja2",
        "markupsafe",
        "protego",
        "rapidfuzz",
        "selectolax",
        "w3lib",
    ),
    "importlib.resources",
}
"""What rules may import: computation, nothing that reads a clock, a disk, a socket or chance."""

FILES = sorted(path for path in ROOT.rglob("*.py"))


def name_of(path: Path) -> str:
    return ".".join(("monitor", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")


def room_of_file(module: str) -> str | None:
    """The room a module stands in; a private file belongs to the room its name begins with (`_config_reader`)."""
    parts = module.split(".")
    if len(parts) < 2 or parts[1] in FLOORS:
        return parts[1] if len(parts) > 1 else None
    private = parts[1].removeprefix("_")
    return next((room for room in FLOORS if private.startswith(f"{room}_")), parts[1])


def imports(path: Path) -> set[str]:
    """Every module the file imports, at its top or inside a function; imports for types only are left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.body = []
    found: set[str] = set()
    modules = {name_of(file) for file in FILES}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            found.update(
                f"{module}.{alias.name}" if f"{module}.{alias.name}" in modules else module for alias in node.names
            )
    return found


IMPORTS = {name_of(path): imports(path) for path in FILES}


@pytest.mark.parametrize("module", sorted(IMPORTS))
def test_every_file_has_a_room(module: str) -> None:
    room = room_of_file(module)
    assert room is None or room in FLOORS


@pytest.mark.parametrize("module", sorted(IMPORTS))
def test_imports_never_go_up_and_edges_keep_to_themselves(module: str) -> None:
    room = room_of_file(module)
    for imported in IMPORTS[module]:
        other = room_of_file(imported) if imported.startswith("monitor") else None
        if room is None or other is None or other == room:
            continue
        assert FLOORS[other] <= FLOORS[room], f"{module} imports {imported}, which is upstairs"
        if FLOORS[room] == FLOORS[other] == FLOORS["net"]:
            assert other in MAY_USE.get(room, set()), f"{module} imports {imported}: edges do not know each other"


@pytest.mark.parametrize("module", [name for name in sorted(IMPORTS) if FLOORS.get(room_of_file(name) or "", 9) <= 1])
def test_nouns_and_rules_touch_nothing_outside(module: str) -> None:
    for imported in IMPORTS[module]:
        pure = any(imported == name or imported.startswith(f"{name}.") for name in PURE)
        assert pure or imported.startswith("monitor"), f"{module} imports {imported}"


@pytest.mark.parametrize("path", [path for path in FILES if FLOORS.get(room_of_file(name_of(path)) or "", 9) <= 1])
def test_nouns_and_rules_read_no_clock(path: Path) -> None:
    assert not re.search(r"\b(now|utcnow|today)\(", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name != "stores"])
def test_sql_stands_in_stores_alone(path: Path) -> None:
    words = re.compile(r"\b(SELECT .+ FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM|CREATE TABLE|PRAGMA \w+)\b")
    texts = [node.value for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Constant)]
    assert not [text for text in texts if isinstance(text, str) and words.search(text)]
    assert "sqlite3" not in IMPORTS[name_of(path)] or room_of_file(name_of(path)) == "health"


def test_net_is_the_only_maker_of_clients() -> None:
    makers = {
        module
        for module, names in IMPORTS.items()
        if any(name.split(".")[0] in ("httpx", "httpcore") for name in names)
    }
    assert {room_of_file(module) for module in makers} == {"net"}


def test_there_are_no_import_cycles() -> None:
    TopologicalSorter(
        {module: {name for name in names if name in IMPORTS and name != module} for module, names in IMPORTS.items()}
    ).prepare()
