"""Job logs: raw text with ANSI colours and time marks, that grows while the job runs, and its three formats."""

import html
import re
from dataclasses import dataclass
from datetime import datetime

from gateway.providers.buildkite.simulator.data import Job
from gateway.providers.buildkite.simulator.errors import ApiError, not_found
from gateway.providers.buildkite.simulator.exchange import Exchange, Route
from gateway.providers.buildkite.simulator.identifiers import seeded
from gateway.providers.buildkite.simulator.timestamps import milliseconds
from gateway.simulation.messages import Response, json_response

PLAIN = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
_TAIL = re.compile(r"bytes=-([1-9]\d*)")
_MARKS = re.compile(r"\x1b_bk;t=\d+\x07|\x1b\[[0-9;]*m")
_HEADERS = ("~~~ Preparing working directory", "--- :package: Installing", "+++ :hammer: Running")
_COLOURS = (31, 32, 33, 36, 90)


@dataclass(frozen=True, slots=True)
class Log:
    text: str
    header_times: list[int]  # nanoseconds since 1970

    @property
    def data(self) -> bytes:
        return self.text.encode()


def log_of(job: Job, seed: int, now: datetime) -> Log:
    """What the job has written by now; empty before it starts."""
    if job.started_at is None or job.started_at > now:
        return Log("", [])
    rng = seeded(seed, "log", job.id)
    count = rng.randint(12, 160)
    first = milliseconds(job.started_at)
    last = milliseconds(job.finished_at) if job.finished_at is not None else first + 600_000
    until = min(milliseconds(now), last)
    lines: list[str] = []
    header_times: list[int] = []
    for index in range(count):
        at = first + (last - first) * index // count
        if at > until:
            break
        header = _HEADERS[index * len(_HEADERS) // count] if index % max(1, count // 3) == 0 else None
        if header is not None:
            header_times.append(at * 1_000_000)
            body = header
        else:
            body = f"\x1b[{rng.choice(_COLOURS)}mstep {index}\x1b[0m <ok> {rng.getrandbits(64):x} ünï"
        lines.append(f"\x1b_bk;t={at}\x07{body}\r\n")
    if job.finished_by(now):
        mark = "Exited with status 0" if job.outcome == "passed" else "\x1b[31mThe command exited with status 1\x1b[0m"
        lines.append(f"\x1b_bk;t={last}\x07{mark}\r\n")
    return Log("".join(lines), header_times)


def _log(x: Exchange) -> tuple[Job, Log]:
    # ASSUMED: only script jobs have a log, and it is empty before the job starts; disproved by an answer for a
    # block step or a scheduled job.
    job = x.job()
    if job.type != "script":
        raise not_found("job log")
    # ASSUMED: a deleted log is as empty as one not begun; disproved by a recorded 404 for one.
    return job, Log("", []) if job.id in x.world.deleted_logs else log_of(job, x.world.seed, x.now)


def _get(x: Exchange) -> Response:
    accept = x.request.headers.get("accept", "")
    if "text/plain" in accept:
        return _get_text(x)
    if "text/html" in accept:
        return _get_html(x)
    _, log = _log(x)
    url = f"{x.origin}{x.request.raw_path}"
    return json_response({"url": url, "content": log.text, "size": len(log.data), "header_times": log.header_times})


def _get_text(x: Exchange) -> Response:
    _, log = _log(x)
    wanted = x.request.headers.get("range")
    if wanted is None:
        return Response(body=log.data, content_type=PLAIN, headers={"Accept-Ranges": "bytes"})
    tail = _TAIL.fullmatch(wanted.strip())
    if tail is None:
        raise ApiError(400, "Only suffix ranges such as bytes=-1024 are supported")
    total = len(log.data)
    if total == 0:
        raise ApiError(416, "The job log is empty", headers={"Content-Range": "bytes */0"})
    start = max(0, total - int(tail[1]))
    headers = {"Accept-Ranges": "bytes", "Content-Range": f"bytes {start}-{total - 1}/{total}"}
    return Response(206, log.data[start:], PLAIN, headers)


def _get_html(x: Exchange) -> Response:
    _, log = _log(x)
    lines = html.escape(_MARKS.sub("", log.text), quote=False).split("\r\n")
    return Response(body="\n".join(lines).encode(), content_type=HTML)


def _head(x: Exchange) -> Response:
    _, log = _log(x)
    headers = {"Content-Length": str(len(log.data)), "Accept-Ranges": "bytes"}
    return Response(content_type=PLAIN, headers=headers)


def _delete(x: Exchange) -> Response:
    # ASSUMED: it can be deleted at any time, also again; disproved by a recorded refusal.
    job, _ = _log(x)
    x.world.deleted_logs.add(job.id)
    return Response(204, content_type=None)


def routes(prefix: str) -> tuple[Route, ...]:
    """For one of the two forms of a job's path."""
    return (
        Route("GET", f"{prefix}/log", "read_build_logs", _get),
        Route("GET", f"{prefix}/log.txt", "read_build_logs", _get_text),
        Route("GET", f"{prefix}/log.html", "read_build_logs", _get_html),
        Route("HEAD", f"{prefix}/log", "read_build_logs", _head),
        Route("DELETE", f"{prefix}/log", "write_build_logs", _delete),
    )
