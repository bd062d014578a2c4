"""The head of an answer, put together from parts that are made once."""

import time
from email.utils import formatdate
from http import HTTPStatus

JSON = b"content-type: application/json\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_LINES = {int(each): f"HTTP/1.1 {int(each)} {each.phrase}\r\n".encode() for each in HTTPStatus}


class Heads:
    """Makes heads; the date in them is as old as the last call of `refresh`."""

    def __init__(self) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Take the time anew."""
        self._date = f"date: {formatdate(time.time(), usegmt=True)}\r\n".encode()

    def make(self, status: int, length: int, fields: bytes, *, close: bool) -> bytes:
        """Status line and header lines, up to the body."""
        end = b"connection: close\r\n\r\n" if close else b"\r\n"
        return b"%b%b%bcontent-length: %d\r\n%b" % (_LINES[status], self._date, fields, length, end)
