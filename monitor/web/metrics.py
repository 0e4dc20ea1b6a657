"""`/metrics` for Prometheus; `/healthz` for whoever asks whether the daemon does its work."""

from contextlib import closing

from prometheus_client.exposition import choose_encoder
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from monitor import health
from monitor.errors import MonitorError
from monitor.interfaces import Row
from monitor.stores._reading import Reader
from monitor.web import _page
from monitor.web._metrics import Metrics, registry


def metrics(request: Request) -> Response:
    """All metrics in the format that the scraper asks for."""
    state, site = request.app.state, _page.site(request)
    if not hasattr(state, "metrics"):
        state.metrics = registry(Metrics(site.config, site.clock, lambda: closing(Reader.open(site.path))))
    encode, content_type = choose_encoder(request.headers.get("accept", ""))
    return Response(encode(state.metrics), media_type=content_type)


def healthz(request: Request) -> Response:
    """200 where the daemon does its work, else 503; the reasons name neither sources nor files, as anyone may ask."""
    site = _page.site(request)
    try:
        with _page.reading(request) as reader:
            healthy, reasons = health.healthz(_without_names(health.figures(reader, site.clock())))
    except MonitorError:
        healthy, reasons = False, ["the database cannot be read"]
    return JSONResponse({"healthy": healthy, "reasons": reasons}, 200 if healthy else 503)


def _without_names(standing: Row) -> Row:
    daemon = standing["daemon"]
    told = daemon and daemon | {"words": daemon["words"].split(": ")[0]}
    return standing | {"daemon": told, "late": [row | {"source": "a source"} for row in standing["late"]]}


ROUTES = [Route("/metrics", metrics), Route("/healthz", healthz)]
