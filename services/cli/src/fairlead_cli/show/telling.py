"""Notification channels, and how their deliveries go."""

from typing import Any

from rich.console import Console
from rich.markup import escape

from fairlead_cli.show.plain import moment, table

STYLES = {"working": "green", "failing": "bold red", "idle": "dim"}


def listed(console: Console, found: Any) -> None:
    """Each channel: whom it tells of what, and whether its messages are taken."""
    if not found.items:
        console.print("[dim]No channels yet; `fairlead channel set --help` shows how.[/]")
        return
    columns = ("channel", "notifier", "tells of", "state", "waiting", "delivered (UTC)", "error")
    made = table(*columns, numbers=("waiting",))
    for each in found.items:
        channel = each.channel
        about = f"{channel.min_severity}+ on {', '.join(channel.deployments) or 'every deployment'}"
        delivered = moment(each.delivered) if each.delivered else ""
        lost = f"; {each.given_up} given up" if each.given_up else ""
        state = f"[{STYLES[each.state]}]{each.state}[/]"
        why = escape((each.error or "") + lost)
        made.add_row(channel.name, channel.notifier, escape(about), state, str(each.waiting), delivered, why)
    console.print(made)
