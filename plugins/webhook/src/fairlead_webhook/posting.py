"""One POST to an address that was looked at before, ended after ten seconds whatever the other side does."""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from urllib.parse import SplitResult

from fairlead_contracts.errors import UnavailableError

from fairlead_webhook.addresses import Address

WITHIN = 10.0


class _Connection(http.client.HTTPConnection):
    # Connects to given addresses; the name goes into the host header and the certificate check alone.
    def __init__(self, url: SplitResult, port: int, addresses: Sequence[Address]) -> None:
        super().__init__(url.hostname or "", port, timeout=WITHIN)
        self._addresses = addresses
        self._secure = url.scheme == "https"

    def connect(self) -> None:
        self.sock = self._first()
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)

    def _first(self) -> socket.socket:
        for place, address in enumerate(self._addresses):
            try:
                return socket.create_connection((str(address), self.port), timeout=WITHIN / len(self._addresses))
            except OSError:
                if place == len(self._addresses) - 1:
                    raise
        raise OSError

    def cut(self) -> None:
        # Whoever reads from it meets its end at once, which no timeout of single reads can promise.
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return


def post(url: SplitResult, port: int, addresses: Sequence[Address], headers: Mapping[str, str], body: bytes) -> int:
    """The status of the answer. Raises: UnavailableError when there is none in time."""
    connection = _Connection(url, port, addresses)
    ending = threading.Timer(WITHIN, connection.cut)
    ending.daemon = True
    ending.start()
    try:
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        connection.request("POST", path, body, dict(headers))
        return connection.getresponse().status
    except ssl.SSLCertVerificationError as error:
        raise UnavailableError(f"The host's certificate is not trusted ({error.verify_message}).") from None
    except (OSError, http.client.HTTPException) as error:
        raise UnavailableError(f"The host does not answer as it should ({type(error).__name__}).") from None
    finally:
        ending.cancel()
        connection.close()
