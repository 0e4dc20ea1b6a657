"""`monitor explore`: Datasette on the database, told what everything in it means."""

from contextlib import closing
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor import _cli_context as context
from monitor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from monitor.stores._reading import Reader

HOST = "127.0.0.1"
PORT = 8001

SETTINGS = {
    "default_page_size": 50,
    "sql_time_limit_ms": 3000,
    "facet_time_limit_ms": 1000,
    "suggest_facets": False,
    "allow_download": False,
}


def explore(
    port: Annotated[
        int, typer.Option(help="On this port of this machine; 0 takes any that is free.", min=0, max=65535)
    ] = PORT,
    browser: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Explore the database with Datasette: every table and column explained, ready queries, SQL of your own.

    For reading alone, on this machine alone; a daemon may be at work on the database. Needs the extra: pip install
    'statement-monitor[explore]'
    """
    if find_spec("datasette") is None:
        raise UsageError("explore needs Datasette: pip install 'statement-monitor[explore]'")
    import uvicorn

    from monitor.web._server import listen

    with context.reading() as reader, closing(listen(f"{HOST}:{port}")) as listener:
        url = f"http://{HOST}:{listener.getsockname()[1]}"
        print(f"Datasette: {url} (Ctrl-C ends it)", flush=True)
        if browser:
            typer.launch(url)
        server = uvicorn.Server(uvicorn.Config(application(reader), log_level="warning", lifespan="on"))
        server.run([listener])


def application(reader: "Reader") -> Any:
    """The ASGI application."""
    from datasette.app import Datasette

    from monitor.stores import _exploring

    datasette = Datasette([str(reader.path)], metadata=_exploring.metadata(reader), settings=SETTINGS)
    return _by_our_names_alone(datasette.app())


def _by_our_names_alone(app: "Callable[..., Awaitable[None]]") -> "Callable[..., Awaitable[None]]":
    """Refuses foreign names: a page elsewhere may have its own name lead here, and read what this answers."""
    from starlette.datastructures import Headers
    from starlette.responses import PlainTextResponse

    from monitor.models import Web
    from monitor.web._guard import known_host

    async def guarded(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and not known_host(Headers(scope=scope), Web()):
            await PlainTextResponse("This name is not known here.", 421)(scope, receive, send)
        else:
            await app(scope, receive, send)

    return guarded
