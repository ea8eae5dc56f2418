"""What was refused, as `cicd-gateway send --rejects` writes it: NDJSON of numbers, codes and messages."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from gateway.cli.send_client import Refused


def check_rejects(path: Path, source: Path | None) -> None:
    """That it can be written to, before anything is sent. OSError when it cannot; ValueError when it is what is to be sent."""
    if source is not None and path.exists() and source.exists() and path.samefile(source):
        raise ValueError(f"--rejects {path} is the file that is to be sent.")
    with path.open("ab"):
        pass


def write_rejects(path: Path, refused: Iterable[Refused], *, goes_on: bool) -> None:
    """`goes_on`: behind those that are there, from the part of the input that was sent before."""
    with path.open("ab" if goes_on else "wb") as file:
        file.writelines(msgspec.json.encode(each) + b"\n" for each in refused)
