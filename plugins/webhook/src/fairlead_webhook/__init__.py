"""Notifications as signed HTTP requests that reach no address which the installation does not allow."""

from fairlead_contracts import hookimpl
from fairlead_contracts.notifiers import Notifier, Reach

from fairlead_webhook.notifier import Webhook


@hookimpl
def notifiers(reach: Reach) -> list[Notifier]:
    """The webhook."""
    return [Webhook(reach)]
