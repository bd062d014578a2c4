"""Bodies with gzip, both ways; an unpacked body is held to the same limit as any other."""

import gzip
import zlib

from fairlead_chassis.http.request import Request
from fairlead_contracts.errors import MalformedBodyError, TooLargeError

LIMIT = 64 * 1024 * 1024
_WORTH = 1_024
"""Bytes below which packing an answer costs more than it saves."""
_GZIP = 16 + zlib.MAX_WBITS
_LEVEL = 1


def opened(request: Request) -> bytes:
    """The body as it was before packing.

    Raises: MalformedBodyError for damaged or unknown packing, TooLargeError as soon as it unpacks beyond the limit.
    """
    coding = request.headers.get(b"content-encoding")
    if coding is None or coding == b"identity":
        return request.body
    if coding.lower() != b"gzip" and coding.lower() != b"deflate":
        raise MalformedBodyError("The content encodings that are taken are gzip and deflate.")
    return _unpacked(request.body, _GZIP if coding.lower() == b"gzip" else zlib.MAX_WBITS)


def _unpacked(data: bytes, form: int) -> bytes:
    unpacker = zlib.decompressobj(form)
    try:
        body = unpacker.decompress(data, LIMIT + 1)
    except zlib.error:
        raise MalformedBodyError("The body is not packed as its content encoding says.") from None
    if len(body) > LIMIT:
        raise TooLargeError(f"The body is over the limit of {LIMIT:,} bytes when it is unpacked.")
    if not unpacker.eof or unpacker.unused_data:
        raise MalformedBodyError("The packed body is cut off, or something follows it.")
    return body


def packed(request: Request, body: bytes, fields: bytes) -> tuple[bytes, bytes]:
    """A body and its header lines, packed where the client takes gzip and it is worth it."""
    accepted = request.headers.get(b"accept-encoding")
    if accepted is None or len(body) < _WORTH or not _takes_gzip(accepted):
        return body, fields
    return gzip.compress(body, _LEVEL, mtime=0), fields + b"content-encoding: gzip\r\nvary: accept-encoding\r\n"


def _takes_gzip(accepted: bytes) -> bool:
    for each in accepted.lower().split(b","):
        coding, _, weight = each.partition(b";")
        if coding.strip() == b"gzip":
            return weight.replace(b" ", b"") not in (b"q=0", b"q=0.0", b"q=0.00", b"q=0.000")
    return False
