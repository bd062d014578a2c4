"""The pure decisions about channels, and what is shown of them."""

import zoneinfo
from collections.abc import Mapping
from typing import NoReturn

from fairlead_chassis.service import Context, Unchanged
from fairlead_contracts.channels import Channel
from fairlead_contracts.errors import FieldError, InvalidRequestError, NotFoundError, RefusedError
from fairlead_contracts.facts.channels import ChannelRemoved, ChannelSet
from fairlead_contracts.notifiers import Notifier
from fairlead_contracts.operations.channels import RemoveChannel, SetChannel

from fairlead_monitor.notify.view import Made
from fairlead_monitor.view import MonitorView

MOST = 100


def set_channel(request: SetChannel, view: MonitorView, context: Context) -> ChannelSet | Unchanged:
    """A channel that its notifier can use; the same one again changes nothing."""
    channel = Channel(**request.model_dump(exclude={"project"}))
    fact = ChannelSet(project=request.project, channel=channel)
    there = {each.channel.name: each.channel for each in view.notices.channels(request.project)}
    if there.get(channel.name) == channel:
        return Unchanged(fact)
    if channel.name not in there and len(there) >= MOST:
        raise RefusedError(f"Project {request.project} has {MOST} channels, the most there can be.")
    require_usable(channel, context.chassis.own.notifiers)
    return fact


def remove_channel(request: RemoveChannel, view: MonitorView, _context: Context) -> ChannelRemoved:
    """End a channel that there is."""
    existing(view, request.project, request.name)
    return ChannelRemoved(project=request.project, channel=request.name)


def existing(view: MonitorView, project: str, name: str) -> Made:
    """A channel that there is. Raises: NotFoundError."""
    found = view.notices.channel(project, name)
    if found is None:
        raise NotFoundError(f"Project {project} has no channel {name}; `fairlead channel list` shows them.")
    return found


def require_usable(channel: Channel, notifiers: Mapping[str, Notifier]) -> None:
    """Raises: InvalidRequestError at the place that the notifier cannot use."""
    notifier = notifiers.get(channel.notifier)
    if notifier is None:
        _refuse("/notifier", f"{channel.notifier} is not installed; there is {', '.join(sorted(notifiers)) or 'none'}")
    _require_known(channel, notifier)
    _require_complete(channel, notifier)
    try:
        notifier.check(channel.settings)
    except ValueError as error:
        _refuse("/settings", str(error))
    if channel.quiet is not None and channel.quiet.zone not in zoneinfo.available_timezones():
        _refuse("/quiet/zone", "no such time zone; one is written Europe/Zurich")


def _require_known(channel: Channel, notifier: Notifier) -> None:
    known = {name.rstrip("*"): about for name, about in notifier.settings.items()}
    for where, names in (("settings", channel.settings), ("secrets", channel.secrets)):
        for name in names:
            if name not in known:
                takes = ", ".join(f"{each} ({about})" for each, about in known.items())
                _refuse(f"/{where}/{name}", f"{channel.notifier} takes no {name}; it takes {takes}")


def _require_complete(channel: Channel, notifier: Notifier) -> None:
    for name in channel.settings:
        if name in channel.secrets:
            _refuse(f"/settings/{name}", "it is given twice, here and in secrets")
        if name in notifier.secret:
            _refuse(f"/settings/{name}", "it is secret and would stand on the ledger: name it in secrets instead")
    for name, about in notifier.settings.items():
        if name.endswith("*") and name[:-1] not in {*channel.settings, *channel.secrets}:
            where = "secrets" if name[:-1] in notifier.secret else "settings"
            _refuse(f"/{where}", f"{name[:-1]} is missing: {about}")


def _refuse(pointer: str, detail: str) -> NoReturn:
    raise InvalidRequestError(f"{pointer}: {detail}.", [FieldError(pointer=pointer, detail=detail)])
