"""The notifier `apprise`: its URL is the operator's secret, so no user chooses where it connects."""

from collections.abc import Mapping

from fairlead_contracts.errors import UnavailableError
from fairlead_contracts.notifiers import Notification, Severity

LOCAL = frozenset({"dbus", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows", "file"})
ANYWHERE = frozenset({"json", "jsons", "xml", "xmls", "form", "forms", "apprise", "apprises"})
_TYPES: Mapping[Severity, str] = {"info": "info", "warning": "warning", "critical": "failure"}


class AppriseNotifier:
    """One of the services that Apprise knows."""

    name = "apprise"
    settings: Mapping[str, str] = {"url*": "an Apprise URL, such as mailtos://... or slack://..."}
    secret = frozenset({"url"})

    def check(self, settings: Mapping[str, str]) -> None:
        """Nothing of it is plain."""

    def send(self, notification: Notification, settings: Mapping[str, str]) -> None:
        """Hand it to Apprise. Raises: UnavailableError."""
        from apprise import Apprise, NotifyType

        url = settings["url"].strip()
        schema = url.partition("://")[0].lower()
        if schema in LOCAL | ANYWHERE:
            raise UnavailableError(f"Apprise's {schema}:// is not used here; the notifier webhook signs its requests.")
        services = Apprise()
        # Commas and spaces would make it several addresses, of which only the first one's kind was looked at.
        if any(each.isspace() for each in url) or not services.add(url) or len(services) != 1:
            raise UnavailableError("The secret `url` is not one of Apprise's URLs, such as mailtos://...")
        body = "\n\n".join(filter(None, (notification.detail or notification.title, notification.link)))
        kind = "success" if _is_end(notification) else _TYPES[notification.severity]
        if not services.notify(title=notification.title, body=body, notify_type=NotifyType(kind)):
            raise UnavailableError(f"{schema}:// was not delivered: is its host reachable, are its credentials right?")


def _is_end(notification: Notification) -> bool:
    return all(each.status == "resolved" for each in notification.events)
