"""How runs of the past went."""

from random import Random

from gateway.providers.talend.simulator.runs.ending import Ending, misfired
from gateway.providers.talend.simulator.runs.statuses import (
    DEPLOY_FAILED,
    FAILED,
    MISFIRES,
    REJECTED,
    SHUT_DOWN,
    TERMINATED,
    TIMED_OUT,
)

TIMEOUT_MIN = 30

_ERRORS = (
    ("java.sql.SQLRecoverableException", "tDBInput_1: connection refused"),
    ("java.sql.SQLIntegrityConstraintViolationException", "tDBOutput_2: duplicate key value violates unique constraint"),
    ("java.net.SocketTimeoutException", "tRESTClient_1: Read timed out"),
    ("java.lang.NullPointerException", "tMap_3: row2.customer_id is null"),
    ("com.amazonaws.services.s3.model.AmazonS3Exception", "tS3Put_1: Access Denied (Status Code: 403)"),
    ("java.lang.OutOfMemoryError", "tAggregateRow_1: Java heap space"),
    ("org.talend.components.snowflake.SnowflakeException", "tSnowflakeBulkExec_1: warehouse is suspended"),
)
_DEPLOYMENT = ("DEPLOYMENT", "The artifact could not be deployed to the engine")


def drawn(random: Random, *, failing: float, with_rejected: bool) -> Ending:
    """`failing`: the share of runs that go wrong in one way or another."""
    timing = _Timing(random)
    if random.random() >= failing:
        return timing.ending(processed_rows=int(random.lognormvariate(8.0, 2.0)))
    match random.randrange(16):
        case 0 | 1 if with_rejected:
            return rejected(timing, random)
        case 2 | 3:
            return timing.ending(status=TERMINATED)
        case 4:
            return timing.ending(status=DEPLOY_FAILED, error_type=_DEPLOYMENT[0], error_message=_DEPLOYMENT[1])
        case 5:
            return misfire(random.choice(MISFIRES))
        case _:
            return failed(timing, random)


def rarities(random: Random, *, with_rejected: bool) -> list[Ending]:
    """One of every end that a run can have besides success, and of every reason for a misfire."""
    timing = _Timing(random)
    endings = [
        failed(timing, random),
        timing.ending(status=DEPLOY_FAILED, error_type=_DEPLOYMENT[0], error_message=_DEPLOYMENT[1]),
        timing.ending(status=TERMINATED),
        Ending(status=TIMED_OUT, running_s=TIMEOUT_MIN * 60.0),
        timing.ending(status=SHUT_DOWN),
    ]
    if with_rejected:
        endings.append(rejected(timing, random))
    return endings + [misfire(reason) for reason in MISFIRES]


class _Timing:
    def __init__(self, random: Random) -> None:
        self._random = random

    def ending(
        self,
        *,
        status: str = "EXECUTION_SUCCESS",
        error_type: str | None = None,
        error_message: str | None = None,
        processed_rows: int | None = None,
        rejected_rows: int | None = None,
    ) -> Ending:
        random = self._random
        return Ending(
            status=status,
            received_s=random.uniform(0.3, 2.0),
            dispatching_s=random.uniform(1.0, 12.0),
            running_s=min(random.lognormvariate(4.8, 1.1), 7_200.0),
            error_type=error_type,
            error_message=error_message,
            processed_rows=processed_rows,
            rejected_rows=rejected_rows,
        )


def failed(timing: _Timing, random: Random) -> Ending:
    error_type, message = random.choice(_ERRORS)
    return timing.ending(status=FAILED, error_type=error_type, error_message=message)


def rejected(timing: _Timing, random: Random) -> Ending:
    processed = int(random.lognormvariate(8.0, 2.0)) + 10
    return timing.ending(status=REJECTED, processed_rows=processed, rejected_rows=random.randint(1, processed // 2))


def misfire(reason: str) -> Ending:
    return misfired(reason, f"The execution was not started: {reason}")
