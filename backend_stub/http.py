"""What a monitor asks over plain HTTP: alive, ready, figures. Nobody's data, and no button, patrol or operator (S6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from http import HTTPStatus

from websockets.datastructures import Headers
from websockets.http11 import Response

from backend_stub.backend import Backend
from backend_stub.ledger.figures import COMMIT_BOUNDS_S
from console.domain.rooms import ROOMS
from console.domain.trouble import Trouble

THERE_IS = "There is /device, /patrol, /console, /healthz, /readyz, /metrics.\n"


def health() -> Response:
    """The process runs."""
    return page(HTTPStatus.OK, "ok\n")


def readiness(backend: Backend) -> Response:
    """It can take a press and store it."""
    if backend.stopping:
        return page(HTTPStatus.SERVICE_UNAVAILABLE, "stopping\n")
    if not backend.care.can_commit:
        why = ", ".join(backend.care.trouble) or Trouble.STORING_SLOW
        return page(HTTPStatus.SERVICE_UNAVAILABLE, f"cannot store: {why}\n")
    return page(HTTPStatus.OK, "ready\n")


def metrics(backend: Backend) -> Response:
    """Figures in the text format of Prometheus."""
    text = "".join((*_now(backend), *_since_the_start(backend), *_ledger(backend)))
    return page(HTTPStatus.OK, text, "text/plain; version=0.0.4; charset=utf-8")


def standby_metrics() -> Response:
    """What a standby has to say of itself: that it is one."""
    figures = (
        _figure("standby", "gauge", "1: waits for the live backend's end.", 1),
        _figure("ready", "gauge", "1: a press would be stored.", 0),
    )
    return page(HTTPStatus.OK, "".join(figures), "text/plain; version=0.0.4; charset=utf-8")


def _now(backend: Backend) -> Iterable[str]:
    sessions = backend.hub.sessions()
    silent = backend.silent()
    yield _figure("consoles", "gauge", "Consoles that are logged in.", len(sessions))
    rooms = Counter(session.room for session in sessions)
    yield _labelled(
        "room_consoles",
        "gauge",
        "Consoles by control room.",
        {f'room="{room}"': rooms[room] for room in sorted(ROOMS)},
    )
    lines = sum(map(len, backend.lines.values()))
    yield _figure("field_lines", "gauge", "Devices and patrols connected.", lines)
    yield _figure("connections", "gauge", "Open connections, HTTP included.", backend.counts.connections)
    yield _figure("open_interventions", "gauge", "Interventions not closed.", len(backend.board))
    yield _figure("silent_devices", "gauge", "Devices of open interventions that are silent.", silent.devices)
    yield _figure("silent_patrols", "gauge", "Patrols on a task that are silent.", silent.patrols)
    longest = max((session.outbox.waiting for session in sessions), default=0)
    yield _figure("longest_queue_frames", "gauge", "Frames waiting for the slowest console.", longest)


def _since_the_start(backend: Backend) -> Iterable[str]:
    hub, counts = backend.hub.counts, backend.counts
    for name, about, value in (
        ("events_total", "Events committed.", hub.events),
        ("presses_total", "Presses taken in, repeated ones too.", counts.presses),
        ("receipts_total", "Presses answered with a receipt.", counts.receipts),
        ("presses_unrecorded_total", "Presses shown as NOT RECORDED.", counts.unrecorded),
        ("health_reports_total", "Health reports of devices.", counts.health_reports),
        (
            "frames_held_back_total",
            "Frames beyond the rate of their sender; never a press.",
            counts.held_back,
        ),
        ("bad_frames_total", "Frames that could not be understood.", counts.bad_frames),
        ("logins_refused_total", "Logins refused.", counts.refused_logins),
        ("hellos_refused_total", "Devices and patrols refused.", counts.refused_hellos),
        ("connections_refused_total", "Connections beyond a limit.", counts.refused_connections),
        ("resumes_total", "Consoles that resumed.", hub.resumes),
        ("snapshots_total", "Of these with a snapshot.", hub.snapshots),
        ("overflows_total", "Consoles closed as too slow.", hub.overflows),
    ):
        yield _figure(name, "counter", about, value)


def _ledger(backend: Backend) -> Iterable[str]:
    ledger, care = backend.ledger, backend.care
    figures = ledger.figures
    yield _figure("standby", "gauge", "1: waits for the live backend's end.", 0)
    yield _figure(
        "ready", "gauge", "1: a press would be stored.", int(care.can_commit and not backend.stopping)
    )
    yield _labelled(
        "trouble",
        "gauge",
        "1 for each trouble there is, by code.",
        {f'code="{code}"': 1 for code in care.trouble},
    )
    yield _figure("ledger_head", "counter", "Number of the last record.", ledger.tip().seq)
    yield _figure("ledger_epoch", "gauge", "Changes when a backup is put back.", ledger.epoch)
    yield _figure("ledger_tail_broken", "gauge", "1: found at the start.", int(not ledger.found.tail.ok))
    yield _figure(
        "writer_lag_seconds", "gauge", "Age of the oldest job not answered.", round(figures.lag_s, 3)
    )
    yield _figure("writer_waiting_jobs", "gauge", "Jobs for the next batch.", ledger.waiting)
    yield _figure("writer_failures_total", "counter", "Batches that were not stored.", figures.failures)
    yield _figure("writer_jobs_total", "counter", "Jobs stored.", figures.jobs)
    yield _figure("disk_free_bytes", "gauge", "Room where the database lies.", care.free_bytes)
    yield _histogram(figures.classes, figures.commit_s)


def _histogram(classes: list[int], total_s: float) -> str:
    lines = ["# HELP msa_commit_seconds Time to store a batch.\n# TYPE msa_commit_seconds histogram\n"]
    so_far = 0
    for bound, count in zip((*COMMIT_BOUNDS_S, "+Inf"), classes, strict=True):
        so_far += count
        lines.append(f'msa_commit_seconds_bucket{{le="{bound}"}} {so_far}\n')
    lines.append(f"msa_commit_seconds_sum {total_s:.6f}\nmsa_commit_seconds_count {so_far}\n")
    return "".join(lines)


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


def _figure(name: str, kind: str, about: str, value: float) -> str:
    return _labelled(name, kind, about, {"": value})


def _labelled(name: str, kind: str, about: str, values: Mapping[str, float]) -> str:
    lines = [f"# HELP msa_{name} {about}\n# TYPE msa_{name} {kind}\n"]
    lines += [
        f"msa_{name}{{{labels}}} {value}\n" if labels else f"msa_{name} {value}\n"
        for labels, value in values.items()
    ]
    return "".join(lines)
