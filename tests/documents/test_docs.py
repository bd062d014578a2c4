"""The pages for those who run it and those who must trust it, typed section by section."""

import pytest
from documents.conftest import Reader
from documents.sessions import Command, commands, section

WHERE = "/srv/fairlead"
SLOW = 250.0


def followed(reader: Reader, page: str, *titles: str) -> dict[str, str]:
    """Type these sections as one session, on a data directory of the reader's own; what each command said."""
    typed = [each for title in titles for each in commands(section(page, title))]
    here = [Command(each.text.replace(WHERE, str(reader.home)), each.expected) for each in typed]
    return {each.command.text.split("  ")[0]: each.output for each in reader.type(here, SLOW)}


@pytest.mark.timeout(320)
def test_run_watch_back_up_restore_and_upgrade(reader: Reader) -> None:
    said = followed(reader, "docs/operations.md", "Run it", "Watch it", "Back up and restore", "Upgrade")
    assert str(reader.home) in said["fairlead config"]
    assert "fairlead_view_silence_seconds 0" in said["grep fairlead_view_silence_seconds metrics.txt"]
    assert "all as signed" in said["fairlead audit verify"]


@pytest.mark.timeout(320)
def test_services_on_a_nats_server_of_ones_own(reader: Reader) -> None:
    said = followed(reader, "docs/operations.md", "On your own nats-server")
    assert any('"items": []' in output for command, output in said.items() if command.endswith("fairlead model list"))


@pytest.mark.timeout(320)
def test_tokens_policy_and_the_audit_offline(reader: Reader) -> None:
    page = "docs/security.md"
    titles = ("Tokens", "Change the policy", "Check the audit without trusting the server")
    said = followed(reader, page, *titles)
    assert "model:create" in said["FAIRLEAD_TOKEN=$NIGHTLY fairlead model create mine"]
    mistake = said["fairlead policy apply --model @model.conf --rules @mistake.csv"]
    assert "line 1: the effect is one of allow, deny" in mistake
    assert "record 4" in said["fairlead audit verify changed"]
