"""The answer of a mutation as it is remembered under an idempotency key: ids, not objects, which are read anew."""

import msgspec

from gateway.domain.commands.command import Part
from gateway.domain.commands.performed import Performed
from gateway.domain.global_id import decode_id, encode_id
from gateway.domain.mutation_errors import AnyProblem
from gateway.domain.write_log import Receipt


class _Part(msgspec.Struct, frozen=True):
    id: str
    done: bool
    message: str | None


class _Remembered(msgspec.Struct, frozen=True, kw_only=True):
    ids: tuple[str, ...]
    parts: tuple[_Part, ...]
    errors: tuple[AnyProblem, ...]
    receipt: Receipt | None


_decoder = msgspec.json.Decoder(_Remembered)


def remember(performed: Performed) -> bytes:
    parts = tuple(_Part(encode_id(part.key), part.done, part.message) for part in performed.parts)
    ids = tuple(encode_id(key) for key in performed.keys)
    return msgspec.json.encode(
        {"ids": ids, "parts": parts, "errors": performed.errors, "receipt": performed.receipt},
    )


def recall(answer: bytes) -> Performed:
    told = _decoder.decode(answer)
    return Performed(
        keys=tuple(decode_id(each) for each in told.ids),
        parts=tuple(Part(key=decode_id(part.id), done=part.done, message=part.message) for part in told.parts),
        errors=told.errors,
        receipt=told.receipt,
        replayed=True,
    )
