"""The notifier `webhook`."""

import time
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from fairlead_contracts.errors import UnavailableError
from fairlead_contracts.notifiers import Notification, Reach

from fairlead_webhook.addresses import is_listed, reachable
from fairlead_webhook.posting import post
from fairlead_webhook.signing import KeyFormError, key_of, signed

_PORTS = {"https": 443, "http": 80}


class Webhook:
    """A signed POST of the notification as JSON."""

    name = "webhook"
    settings: Mapping[str, str] = {
        "url*": "where the request goes, https://...",
        "key*": "what it is signed with: `openssl rand -base64 32` makes one",
    }
    secret = frozenset({"key"})

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    def check(self, settings: Mapping[str, str]) -> None:
        """Look at the address. Raises: ValueError."""
        if "url" in settings:
            split(settings["url"])

    def send(self, notification: Notification, settings: Mapping[str, str]) -> None:
        """Post it. Raises: UnavailableError."""
        try:
            url, port = split(settings["url"])
            key = key_of(settings["key"])
        except KeyFormError as error:
            raise UnavailableError(f"The secret `key` cannot be used: {error}.") from None
        except ValueError as error:
            raise UnavailableError(f"The setting `url` cannot be used: {error}.") from None
        addresses = reachable(url.hostname or "", port, self._reach)
        if url.scheme == "http" and not all(is_listed(each, self._reach) for each in addresses):
            raise UnavailableError("Only https goes to the public internet: write https:// in the setting `url`.")
        body = notification.model_dump_json().encode()
        headers = {
            "content-type": "application/json", "user-agent": "fairlead-webhook",
            **signed(key, notification.id, int(time.time()), body),
        }  # fmt: skip
        status = post(url, port, addresses, headers, body)
        if not 200 <= status < 300:
            moved = ", and redirects are not followed" if 300 <= status < 400 else ""
            raise UnavailableError(f"The host answered {status}{moved}.")


def split(text: str) -> tuple[SplitResult, int]:
    """A URL and its port. Raises: ValueError saying what is wrong, without the URL."""
    if any(ord(each) <= 32 or ord(each) == 127 for each in text):
        raise ValueError("the url holds spaces or control characters")
    url = urlsplit(text)
    if url.scheme not in _PORTS or not url.hostname:
        raise ValueError("the url must begin with https:// and name a host")
    if url.username is not None or url.password is not None:
        raise ValueError("the url holds a user or a password; requests are signed instead")
    if url.fragment:
        raise ValueError("the url holds a fragment")
    try:
        text.encode("ascii")
    except UnicodeEncodeError:
        raise ValueError(
            "the url holds characters that are not ASCII: write the host as xn--..., escape the path"
        ) from None
    return url, url.port or _PORTS[url.scheme]
