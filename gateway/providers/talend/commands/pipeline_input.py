"""What commands about tasks and plans say, checked and in the vendor's units."""

import math
from collections.abc import Sequence
from typing import Any

from gateway.domain.commands.command import JsonObject, Variable
from gateway.domain.errors import InvalidInputError, NotFoundError, NotSupportedError
from gateway.domain.keys import Key, PipelineKey
from gateway.providers.talend.keys import TASK, Origin, PipelineWord, id_in, pipeline_ids

LOG_LEVELS = ("OFF", "ERROR", "WARN", "INFO")
MOST_MINUTES = 2**31 - 1


def place_of(pipeline: PipelineKey, origin: Origin) -> tuple[PipelineWord, str]:
    """(task or plan, its id) of what a command is about; NotFoundError when the vendor cannot have made the id."""
    found = pipeline_ids(pipeline)
    if found is None:
        raise origin.absent("pipeline")
    return found


def pipeline_named(key: PipelineKey, field: str, origin: Origin) -> tuple[PipelineWord, str]:
    """As `place_of`, of what a command names elsewhere."""
    check_account(key, field, origin)
    try:
        found = pipeline_ids(key)
    except InvalidInputError as error:
        error.field = field
        raise
    return found if found is not None else _absent(key, field, origin)


def task_named(key: PipelineKey, field: str, origin: Origin) -> str:
    """The id of a task."""
    kind, task = pipeline_named(key, field, origin)
    if kind != TASK:
        raise InvalidInputError("A step runs tasks: a plan can only be run when a step fails.", provider=key.provider, field=field)
    return task


def id_named(key: Key, field: str, origin: Origin) -> str:
    """The id in a key that holds nothing else."""
    check_account(key, field, origin)
    try:
        found = id_in(key)
    except InvalidInputError as error:
        error.field = field
        raise
    return found if found is not None else _absent(key, field, origin)


def check_account(key: Key, field: str, origin: Origin) -> None:
    """InvalidInputError for what is elsewhere: the ids of two accounts could be alike."""
    if key.provider != origin.provider:
        message = f"That is a {key.typename} of {key.provider}; it must be one of {origin.provider}."
        raise InvalidInputError(message, provider=origin.provider, field=field)


def refuse_given(command: Any, names: Sequence[str], reason: str, origin: Origin) -> None:
    """NotSupportedError for a field that means something for tasks only, or for plans only."""
    for name in command.given():
        if name in names:
            raise NotSupportedError(f"{reason} Nothing was done.", provider=origin.provider, field=name)


def plain_values(variables: Sequence[Variable], field: str, origin: Origin) -> JsonObject:
    """Parameters by name. The vendor hides none of their values."""
    for place, variable in enumerate(variables):
        if variable.encrypted:
            message = "Talend keeps parameters as plain text: secrets belong into a data connection."
            raise NotSupportedError(message, provider=origin.provider, field=f"{field}.{place}.encrypted")
    return {variable.name: variable.value for variable in variables}


def whole_minutes(seconds: float, field: str) -> int:
    """Rounded up: the vendor counts in minutes, and none is no time limit at all."""
    if not 0 < seconds <= MOST_MINUTES * 60:
        raise InvalidInputError(f"must be more than 0 seconds and at most {MOST_MINUTES} minutes.", field=field)
    return math.ceil(seconds / 60)


def log_level(word: str, field: str) -> str:
    if word not in LOG_LEVELS:
        raise InvalidInputError(f"`logLevel` must be one of {', '.join(LOG_LEVELS)}.", field=field)
    return word


def _absent(key: Key, field: str, origin: Origin) -> Any:
    error = NotFoundError(f"{origin.provider} has no such {key.typename}.", provider=origin.provider, field=field)
    raise error
