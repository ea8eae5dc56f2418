"""Content-Encoding: the two that the gateway asks for."""

import zlib

_ZLIB_OR_GZIP = zlib.MAX_WBITS | 32
_BARE_DEFLATE = -zlib.MAX_WBITS


class DamagedContentError(Exception):
    """A body that cannot be unpacked; the text says why, as the end of a sentence."""


def decompress(body: bytes, encoding: str, max_bytes: int) -> bytes:
    """The plain body, of which no more than `max_bytes` are ever made. A stream that stops early is damaged."""
    match encoding.strip().lower():
        case "identity":
            return body
        case "gzip" | "x-gzip":
            return _inflate(body, _ZLIB_OR_GZIP, max_bytes)
        case "deflate":
            # By the standard it has zlib's frame; some servers send it bare. The frame's first byte tells.
            return _inflate(body, _ZLIB_OR_GZIP if body[0] & 0x0F == 8 else _BARE_DEFLATE, max_bytes)
    raise DamagedContentError("is packed in a way that was not asked for")


def _inflate(body: bytes, window_bits: int, max_bytes: int) -> bytes:
    parts: list[bytes] = []
    while body and max_bytes > 0:  # gzip files may be several streams, one after the other
        stream = zlib.decompressobj(window_bits)
        try:
            part = stream.decompress(body, max_bytes)
        except zlib.error:
            raise DamagedContentError("cannot be decompressed") from None
        parts.append(part)
        max_bytes -= len(part)
        if not stream.eof and max_bytes > 0:
            raise DamagedContentError("cannot be decompressed: it is cut short")
        body = stream.unused_data
    return b"".join(parts)
