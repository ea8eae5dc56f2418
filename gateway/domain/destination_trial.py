"""What a destination would do, or has done once, on trial."""

import msgspec

from gateway.domain.call_log import Call
from gateway.domain.commands.performed import Performed
from gateway.domain.destination import Refusal
from gateway.domain.mutation_errors import MutationProblem


class PreviewedBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Records that share a call, by their numbers from 1, with the calls that they come to: the reads, which were made, and the
    write, which was not. `errors` tell why there is no write.
    """

    numbers: tuple[int, ...]
    calls: tuple[Call, ...] = ()
    errors: tuple[MutationProblem, ...] = ()


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """`problems` tell what settings still lack, `warnings` what may not be meant. `errors` are of the settings themselves."""

    batches: tuple[PreviewedBatch, ...] = ()
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    errors: tuple[MutationProblem, ...] = ()


class Tested(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One record sent on trial: `calls` in order, the last of them the write. `performed` has errors, keys and the receipt."""

    performed: Performed
    calls: tuple[Call, ...] = ()
    duration_s: float = 0.0


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What became of records that were sent. `accepted` are kept for good; `duplicates` were taken before, under the same key;
    `refusals` were not taken. With `errors` nothing was. `replayed` when all of this was decided before, under the idempotency key.
    """

    accepted: int = 0
    duplicates: int = 0
    refused: int = 0
    refusals: tuple[Refusal, ...] = ()
    errors: tuple[MutationProblem, ...] = ()
    replayed: bool = False
