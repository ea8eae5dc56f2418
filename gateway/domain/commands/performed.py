"""What a mutation answers with."""

from typing import Any

import msgspec

from gateway.domain.commands.command import Part
from gateway.domain.keys import Key
from gateway.domain.mutation_errors import MutationProblem
from gateway.domain.promotion_report import PromotionReport
from gateway.domain.write_log import Receipt


class Performed(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A command that was carried out, or was not: then `errors` tell why.

    `keys`, `stand_ins`, `parts` and `report` are those of `Changed`. `receipt` is of the last write that went to the vendor, None
    without any. `replayed` when all of this was remembered under the idempotency key, and nothing was sent.
    """

    keys: tuple[Key, ...] = ()
    stand_ins: tuple[Any, ...] = ()
    parts: tuple[Part, ...] = ()
    report: PromotionReport | None = None
    errors: tuple[MutationProblem, ...] = ()
    receipt: Receipt | None = None
    replayed: bool = False
