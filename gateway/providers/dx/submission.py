"""The three ways a report is sent: a JSON body, a form, a query string. What comes out are fields by name."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

import msgspec

from gateway.domain.ingest import IngestCode, IngestRefusedError, Submission

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MAX_FIELDS = 100

_decoder = msgspec.json.Decoder(dict[str, object])


def fields_of(submission: Submission, provider: str) -> Mapping[str, object]:
    """All that was sent, under the names it was sent by; the body outranks the query string, the last of two of a name the first.

    Names the method does not know are ignored, as senders of newer fields expect.
    """
    # ASSUMED: the vendor ignores unknown names; disproved by an instance that refuses an argument for its name.
    try:
        return {**_pairs(submission.query), **_from_body(submission)}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        message = "The body is not a JSON object in UTF-8."
    except ValueError as error:
        message = f"The request {error}."
    raise IngestRefusedError(IngestCode.INVALID_ARGUMENTS, message, provider=provider)


def _from_body(submission: Submission) -> Mapping[str, object]:
    body = submission.body
    if not body.strip():
        return {}
    kind = submission.content_type.partition(";")[0].strip().lower()
    if kind == JSON or kind.endswith("+json") or (not kind and body.lstrip()[:1] == b"{"):
        return _decoder.decode(body)
    if kind in (FORM, ""):
        return _pairs(body)
    raise ValueError(f"has a content type that is not read; send {JSON} or {FORM}")


def _pairs(encoded: bytes) -> dict[str, str]:
    """ValueError, with the end of a sentence, for text that is not UTF-8 or holds too many fields."""
    try:
        return dict(parse_qsl(encoded.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS))
    except UnicodeDecodeError:
        raise ValueError("is not valid UTF-8") from None
    except ValueError:
        raise ValueError(f"has more than {MAX_FIELDS} fields") from None
