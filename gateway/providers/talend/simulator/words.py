"""The vendor's enumerations that both directions use."""

from enum import Enum
from typing import Literal, TypeAlias


class RuntimeType(Enum):
    CLOUD = "CLOUD"
    REMOTE_ENGINE = "REMOTE_ENGINE"
    REMOTE_ENGINE_CLUSTER = "REMOTE_ENGINE_CLUSTER"
    CLOUD_EXCLUSIVE = "CLOUD_EXCLUSIVE"
    PIPELINE_ENGINE = "PIPELINE_ENGINE"


LogLevel: TypeAlias = Literal["OFF", "ERROR", "WARN", "INFO"]
TriggerType: TypeAlias = Literal["ONCE", "DAILY", "WEEKLY", "MONTHLY", "WEBHOOK", "MANUAL", "CRON", "MULTIPLE"]
ScheduleTriggerType: TypeAlias = Literal["ONCE", "DAILY", "WEEKLY", "MONTHLY", "CRON"]
StepCondition: TypeAlias = Literal["ALL_SUCCEEDED", "AT_LEAST_ONE_SUCCEEDED", "ALWAYS_PROCEED_ON"]
Weekday: TypeAlias = Literal["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
