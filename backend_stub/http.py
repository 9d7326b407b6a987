"""What a monitor asks over plain HTTP: alive, ready, figures. Totals only: no control room, nobody's data (S6)."""

from __future__ import annotations

from http import HTTPStatus

from websockets.datastructures import Headers
from websockets.http11 import Response

from backend_stub.backend import Backend


def health() -> Response:
    """The process runs."""
    return page(HTTPStatus.OK, "ok\n")


def readiness(backend: Backend) -> Response:
    """It can take a press and store it."""
    if backend.stopping:
        return page(HTTPStatus.SERVICE_UNAVAILABLE, "stopping\n")
    if backend.ledger.trouble:
        return page(HTTPStatus.SERVICE_UNAVAILABLE, "the ledger cannot store: see the log\n")
    return page(HTTPStatus.OK, "ready\n")


def metrics(backend: Backend) -> Response:
    """Figures in the text format of Prometheus."""
    hub, counts = backend.hub.counts, backend.counts
    sessions = backend.hub.sessions()
    lines = [
        _figure("consoles", "gauge", "Consoles that are logged in.", len(sessions)),
        _figure(
            "field_lines", "gauge", "Devices and patrols connected.", sum(map(len, backend.lines.values()))
        ),
        _figure("connections", "gauge", "Open connections, HTTP included.", counts.connections),
        _figure("open_interventions", "gauge", "Interventions not closed.", len(backend.board)),
        _figure(
            "longest_queue_frames",
            "gauge",
            "Frames waiting for the slowest console.",
            max((session.outbox.waiting for session in sessions), default=0),
        ),
        _figure(
            "ledger_trouble",
            "gauge",
            "1: the last batch could not be stored.",
            int(bool(backend.ledger.trouble)),
        ),
        _figure("events_total", "counter", "Events committed.", hub.events),
        _figure("receipts_total", "counter", "Presses answered with a receipt.", counts.receipts),
        _figure("presses_unrecorded_total", "counter", "Presses shown as NOT RECORDED.", counts.unrecorded),
        _figure("health_reports_total", "counter", "Health reports of devices.", counts.health_reports),
        _figure("bad_frames_total", "counter", "Frames that could not be understood.", counts.bad_frames),
        _figure("logins_refused_total", "counter", "Logins refused.", counts.refused_logins),
        _figure("hellos_refused_total", "counter", "Devices and patrols refused.", counts.refused_hellos),
        _figure("resumes_total", "counter", "Consoles that resumed.", hub.resumes),
        _figure("snapshots_total", "counter", "Of these with a snapshot.", hub.snapshots),
        _figure("overflows_total", "counter", "Consoles closed as too slow.", hub.overflows),
    ]
    return page(HTTPStatus.OK, "".join(lines), "text/plain; version=0.0.4; charset=utf-8")


def page(status: HTTPStatus, text: str, kind: str = "text/plain; charset=utf-8") -> Response:
    """A response with a plain text."""
    body = text.encode()
    headers = Headers(
        {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "Connection": "close",
        }
    )
    return Response(status.value, status.phrase, headers, body)


def _figure(name: str, kind: str, about: str, value: int) -> str:
    return f"# HELP msa_{name} {about}\n# TYPE msa_{name} {kind}\nmsa_{name} {value}\n"
