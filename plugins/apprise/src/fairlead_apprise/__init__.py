"""Notifications by e-mail and chat, through Apprise."""

from fairlead_contracts import hookimpl
from fairlead_contracts.notifiers import Notifier

from fairlead_apprise.notifier import AppriseNotifier


@hookimpl
def notifiers() -> list[Notifier]:
    """E-mail and chat."""
    return [AppriseNotifier()]
