"""One execution: what its runs make of it at a given time, and how it is written."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from gateway.providers.nuvo.simulator.documents import Document
from gateway.providers.nuvo.simulator.identities import Identity
from gateway.providers.nuvo.simulator.settings import SimulatorSettings
from gateway.providers.nuvo.simulator.timestamps import blank_form, iso_form, whole_seconds_form

Trigger = Literal["MANUAL", "SCHEDULED", "EVENT"]
Ending = Literal["SUCCESSFUL", "FAILED"]
RunType = Literal["CREATE", "FIX"]

PROCESSING = "PROCESSING"

_LOG_TYPES = {"prose": {"CREATE": "CREATE", "FIX": "FIX"}, "example": {"CREATE": "CREATED", "FIX": "FIXED"}}
_TRIGGERS = {
    "execution": {},
    "connector": {"EVENT": "EVENT_BASE", "SCHEDULED": "TIME_BASE"},
    "connector_past": {"EVENT": "EVENT_BASED", "SCHEDULED": "TIME_BASED"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run read and what was wrong with it."""

    rows: int
    cells: int
    error_cells: int
    error_rows: int

    def document(self) -> Document:
        return {
            "total_rows": self.rows,
            "total_cells": self.cells,
            "total_error_cells": self.error_cells,
            "total_error_rows": self.error_rows,
        }


NOTHING_READ = Counts(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Run:
    """One go at an execution, planned to its end."""

    type: RunType
    started_at: datetime
    ended_at: datetime
    ending: Ending
    counts: Counts
    by: Identity
    error_type: str | None = None
    error_message: str = ""


@dataclass(slots=True, eq=False)
class Execution:
    """`runs` are in time order and may reach into the future: the status is a function of them and the clock."""

    id: str
    pipeline_id: str
    trigger: Trigger
    configuration_id: str
    created_at: datetime
    created_by: Identity
    owner: Identity
    runs: list[Run]
    _plain: tuple[object, Document] | None = field(default=None, repr=False)

    def begun(self, now: datetime) -> list[Run]:
        if self.runs[-1].started_at <= now:
            return self.runs
        return [run for run in self.runs if run.started_at <= now]

    def status_at(self, now: datetime) -> str:
        begun = self.begun(now)
        return begun[-1].ending if begun and begun[-1].ended_at <= now else PROCESSING

    def plain(self, now: datetime) -> Document:
        """What filters and sorts see; made once for each state."""
        begun = self.begun(now)
        last = begun[-1] if begun else None
        ended = last is not None and last.ended_at <= now
        state = (len(begun), ended)
        if self._plain is None or self._plain[0] != state:
            self._plain = (state, self._made_plain(last, ended=ended))
        return self._plain[1]

    def row(self, now: datetime, settings: SimulatorSettings, *, detail: bool = False) -> Document:
        """As a list has it; with `detail` as a single read has it, which adds logs and configuration."""
        begun = self.begun(now)
        last = begun[-1] if begun else None
        plain = self.plain(now)
        row: Document = {
            "id": self.id,
            "pipeline": self.pipeline_id,
            "status": plain["status"],
            "trigger_type": _TRIGGERS[settings.trigger_words].get(self.trigger, self.trigger),
        }
        ended = last is not None and last.ended_at <= now
        if last is not None and ended and last.error_type is not None and (last.ending == "FAILED" or settings.error_on_success):
            row["error"] = {"message": last.error_message, "type": last.error_type}
        if detail:
            row["logs"] = [_log(run, now, settings) for run in begun if run.ended_at <= now or settings.log_while_processing]
            row["configuration"] = self.configuration_id
        row["created_at"] = outer_time(self.created_at, settings)
        row["created_by"] = self.created_by.document()
        row["updated_at"] = outer_time(self._updated_at(last, ended=ended), settings)
        row["updated_by"] = (last.by if last is not None else self.created_by).document()
        return row

    def receipt(self, settings: SimulatorSettings) -> Document:
        """What creating it answers."""
        return {
            "id": self.id,
            "pipeline": self.pipeline_id,
            "status": PROCESSING,
            "trigger_type": _TRIGGERS[settings.trigger_words].get(self.trigger, self.trigger),
        }

    def _updated_at(self, last: Run | None, *, ended: bool) -> datetime:
        if last is None:
            return self.created_at
        return last.ended_at if ended else last.started_at

    def _made_plain(self, last: Run | None, *, ended: bool) -> Document:
        error: Document = {}
        if last is not None and ended and last.ending == "FAILED":
            error = {"message": last.error_message, "type": last.error_type}
        return {
            "id": self.id,
            "pipeline": self.pipeline_id,
            "status": last.ending if last is not None and ended else PROCESSING,
            "trigger_type": self.trigger,
            "error": error,
            "configuration": self.configuration_id,
            "created_at": blank_form(self.created_at),
            "created_by": self.created_by.document(),
            "updated_at": blank_form(self._updated_at(last, ended=ended)),
            "updated_by": (last.by if last is not None else self.created_by).document(),
        }


def _log(run: Run, now: datetime, settings: SimulatorSettings) -> Document:
    ended = run.ended_at <= now
    log: Document = {"status": run.ending if ended else PROCESSING}
    # ASSUMED: a run at work has counted nothing and taken no time yet; disproved by such an entry with numbers.
    log["data"] = (run.counts if ended else NOTHING_READ).document()
    log["duration"] = (run.ended_at - run.started_at) // timedelta(milliseconds=1) if ended else 0
    log[settings.log_start_name] = _log_time(run.started_at, settings)
    log["type"] = _LOG_TYPES[settings.log_type_words][run.type]
    return log


def outer_time(moment: datetime, settings: SimulatorSettings) -> str:
    """How `created_at` and `updated_at` of any object are written."""
    match settings.timestamps:
        case "iso":
            return iso_form(moment)
        case "whole_seconds":
            return whole_seconds_form(moment)
        case "documented" | "blank":
            return blank_form(moment)


def _log_time(moment: datetime, settings: SimulatorSettings) -> str:
    return blank_form(moment) if settings.timestamps == "blank" else iso_form(moment)
