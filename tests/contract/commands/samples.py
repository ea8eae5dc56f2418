"""A command of any type about nothing that exists: what a provider without it must refuse before it looks at anything."""

from datetime import UTC, datetime
from enum import Enum
from typing import Any, get_args, get_origin

import msgspec

from gateway.domain.commands.command import Command
from gateway.domain.commands.naming import key_types, plain
from gateway.domain.commands.schedules import SchedulePipeline, Timetable
from gateway.domain.commands.triggers import CreateTrigger, GitTrigger
from gateway.domain.schedule import ScheduleFrequency


def sample(command: type[Command], provider: str) -> Command:
    """Only what is required is given."""
    given = {
        field.name: _value(field.name, field.type, provider)
        for field in msgspec.structs.fields(command)
        if field.required and field.name != "triggers"
    }
    if command is SchedulePipeline:
        given["triggers"] = (Timetable(frequency=ScheduleFrequency.DAILY, time_zone="UTC"),)
    if command is CreateTrigger:
        given["git"] = GitTrigger(repository="acme/shop", events=("push.heads",))
    elif command.exactly_one:
        given[command.exactly_one[0]] = "text"
    return command(**given)


def _value(name: str, hint: Any, provider: str) -> Any:
    if kinds := key_types(hint):
        key = kinds[0](provider, ("a", "b", "c"))
        return (key,) if get_origin(plain(hint)) is tuple else key
    wanted = plain(hint)
    if get_origin(wanted) is tuple:
        return (_value(name, get_args(wanted)[0], provider),)
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return next(iter(wanted))
    simple = {str: provider if name == "provider" else "text", datetime: datetime(2026, 1, 1, tzinfo=UTC)}
    return simple.get(wanted, {})
