"""`cicd-gateway send`: records from a file into a destination. Interrupted, the same command goes on where it was."""

import contextlib
import hashlib
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn

from gateway.cli.send_client import QUEUE_FULL, Answer, GatewayClient, Refused, SendError, watched
from gateway.cli.send_file import NDJSON, RecordFile, RecordStream
from gateway.cli.send_rejects import check_rejects, write_rejects

PAUSES_S = (0.5, 2.0, 5.0, 10.0)
"""Between tries that come no further; after the last one it is given up."""
REFUSALS_SHOWN = 10
INTERRUPTED = 130


class OnError(StrEnum):
    """What becomes of an input behind a record that cannot be taken."""

    STOP = "stop"
    CONTINUE = "continue"


def send(
    destination: Annotated[str, typer.Argument(help="Its id, or its whole name.")],
    file: Annotated[str, typer.Argument(help="NDJSON, or one JSON array of objects. - is standard input.")],
    url: Annotated[str, typer.Option(help="Where the gateway is.")] = "http://127.0.0.1:8000",
    on_error: Annotated[OnError, typer.Option(help="At a record that cannot be taken.")] = OnError.CONTINUE,
    restart: Annotated[bool, typer.Option("--restart", help="Send all of it again, although it was sent before.")] = False,
    rejects: Annotated[Path | None, typer.Option(help="A file for all that is known of what was refused, as NDJSON.")] = None,
) -> None:
    """Send the records of a file to a destination. After an interruption the same command goes on where it was.

    Exit status 1 when a record was refused, or not all was sent.
    """
    try:
        if rejects is not None:
            _check(rejects, file)
        with GatewayClient(url) as client:
            _send(client, destination, file, on_error, rejects, restart=restart)
    except SendError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        typer.echo("Interrupted.", err=True)
        raise typer.Exit(INTERRUPTED) from None


def _send(client: GatewayClient, destination: str, file: str, on_error: OnError, rejects: Path | None, *, restart: bool) -> None:
    sending: Sending | None = None
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    try:
        with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
            found = client.destination_id(destination)
            if file == "-":
                sending = Sending(client, found, RecordStream(sys.stdin.buffer), progress)
            else:
                source = RecordFile(Path(file), _measuring(progress, Path(file)))
                sending = FileSending(client, found, source, progress, restart=restart)
            answer = sending.run(on_error)
    except SendError as error:
        raise SendError(f"{error}{_how_to_go_on(sending)}") from None
    except OSError as error:
        raise SendError(f"{file} cannot be read: {error.strerror or error}.") from None
    except KeyboardInterrupt:
        typer.echo(f"Interrupted.{_how_to_go_on(sending)}", err=True)
        raise typer.Exit(INTERRUPTED) from None
    finally:
        if rejects is not None and sending is not None:
            _keep(rejects, sending)
    _tell(answer, sending, rejects)
    if answer.refused or not answer.ended:
        raise typer.Exit(1)


class Sending:
    """Standard input on its way: once, and in one go. `seen` is what the gateway said last, None when nothing yet."""

    goes_on = ""

    def __init__(self, client: GatewayClient, destination: str, source: RecordStream | RecordFile, progress: Progress) -> None:
        self._client = client
        self._destination = destination
        self._source = source
        self._progress = progress
        self.intake = f"stream-{secrets.token_hex(16)}"
        self.refusals: dict[int, Refused] = {}
        self.seen: Answer | None = None
        self.was_complete = False
        self.begins_at = 0
        self.unit = "line" if source.media_type == NDJSON else "record"

    def run(self, on_error: OnError) -> Answer:
        """SendError when it does not come to its end."""
        self._look()
        return self._feed(self._source.chunks(), None, {"onError": on_error.value}, {})

    def look(self) -> Answer:
        """How far it has come. SendError when that cannot be told."""
        self.seen = self._client.state_of(self._destination, self.intake)
        return self.seen

    def _look(self) -> Answer:
        """Before anything is sent that would be refused."""
        seen = self.look()
        if seen.problem is not None and seen.problem.code != QUEUE_FULL and not seen.ended:
            raise SendError(seen.problem.message)
        return seen

    def _feed(
        self, chunks: Iterator[bytes], bar: TaskID | None, parameters: Mapping[str, str], headers: Mapping[str, str]
    ) -> Answer:
        bar = self._progress.add_task("sending", total=None) if bar is None else bar

        def sent(size: int, seen: Answer | None) -> None:
            self._progress.advance(bar, size)
            if seen is not None:
                self._progress.update(bar, description=f"{seen.accepted:,} accepted")

        try:
            answer = self._client.feed(
                self._destination,
                {"intake": self.intake, **parameters},
                watched(chunks, self.look, sent),
                {"content-type": self._source.media_type, **headers},
            )
        except SendError as error:
            self._note(error.refusals)
            raise
        self.seen = answer
        self._note(answer.refusals)
        return answer

    def _note(self, refusals: Sequence[Refused]) -> None:
        self.refusals |= {refused.number: refused for refused in refusals}


class FileSending(Sending):
    """A file on its way, known to the gateway by its content: so it can be gone on with. With `restart` it is another input."""

    goes_on = " The same command goes on from there."

    def __init__(self, client: GatewayClient, destination: str, file: RecordFile, progress: Progress, *, restart: bool) -> None:
        super().__init__(client, destination, file, progress)
        self._file = file
        known_by = f"{destination} {file.digest} {secrets.token_hex(16) if restart else ''}"
        self.intake = f"file-{hashlib.sha256(known_by.encode()).hexdigest()}"
        if restart:
            self.goes_on = " With --restart the same command begins anew."

    def run(self, on_error: OnError) -> Answer:
        """Tries again what may go well later, as long as it comes further, unless nobody ever answered."""
        bar = self._progress.add_task("sending", total=self._file.size)
        failures = 0
        while True:
            before = self.seen.consumed if self.seen else 0
            try:
                return self._attempt(on_error, bar)
            except SendError as error:
                failures = 1 if self.seen and self.seen.consumed > before else failures + 1
                if self.seen is None or not error.passing or failures > len(PAUSES_S):
                    raise
                self._progress.update(bar, description="trying again")
                time.sleep(PAUSES_S[failures - 1])

    def _attempt(self, on_error: OnError, bar: TaskID) -> Answer:
        is_first = self.seen is None
        known = self._look()
        if is_first:
            self.begins_at = known.consumed
        if known.ended:
            self.was_complete = is_first
            return known
        parameters = {"onError": on_error.value}
        start = 0
        if self.unit == "line" and known.consumed:
            parameters["from"] = str(known.consumed)
            start = self._file.place_of(known.consumed)
        self._progress.update(bar, completed=start)
        length = {"content-length": str(self._file.size - start)}
        return self._feed(self._file.chunks(start), bar, parameters, length)


def _check(rejects: Path, file: str) -> None:
    try:
        check_rejects(rejects, None if file == "-" else Path(file))
    except OSError as error:
        raise SendError(f"{rejects} cannot be written: {error.strerror or error}.") from None
    except ValueError as error:
        raise SendError(str(error)) from None


def _keep(rejects: Path, sending: "Sending") -> None:
    if sending.was_complete:
        return  # what was told then is what there is
    refusals = sorted(sending.refusals.values(), key=lambda refused: refused.number)
    try:
        write_rejects(rejects, refusals, goes_on=sending.begins_at > 0)
    except OSError as error:
        raise SendError(f"{rejects} cannot be written: {error.strerror or error}.") from None


def _measuring(progress: Progress, path: Path) -> Callable[[int], None]:
    size = path.stat().st_size  # 0 of what is no file
    bar = progress.add_task("reading", total=size or None)
    return lambda size: progress.update(bar, completed=size)


def _how_to_go_on(sending: Sending | None) -> str:
    """Nothing when the gateway never said anything."""
    if sending is None or sending.seen is None:
        return ""
    with contextlib.suppress(SendError):
        sending.look()
    return f" {_counted(sending.seen.consumed, sending.unit)} of it were taken in.{sending.goes_on}"


def _tell(answer: Answer, sending: Sending, rejects: Path | None) -> None:
    if sending.was_complete:
        typer.echo("All of it was sent before, and nothing was sent now. With --restart it is sent again.")
    typer.echo(f"{answer.accepted:,} accepted, {answer.duplicates:,} duplicates, {answer.refused:,} refused")
    shown = sorted(sending.refusals.values(), key=lambda refused: refused.number)[:REFUSALS_SHOWN]
    for refused in shown:
        typer.echo(f"  {sending.unit} {refused.number}: {refused.message} ({refused.code})")
    if shown and answer.refused > len(shown):
        hint = "" if rejects else ": --rejects FILE writes them down"
        typer.echo(f"  and {answer.refused - len(shown):,} more{hint}")
    if rejects is not None and not sending.was_complete:
        typer.echo(f"{len(sending.refusals):,} refused are in {rejects}")
    if answer.stopped_at is not None:
        typer.echo(f"It stopped at {sending.unit} {answer.stopped_at}: nothing from there on was taken.")


def _counted(number: int, unit: str) -> str:
    return f"{number:,} {unit}{'' if number == 1 else 's'}"


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)
