"""A file that is fetched is there whole, with the bytes that were promised, or not at all."""

from pathlib import Path

import httpx
import pytest
from fairlead_cli.client.transport import fetch
from fairlead_contracts.errors import DigestMismatchError, FairleadError, NotFoundError, UnavailableError
from fairlead_contracts.names import digest_of

DATA = b"x" * 300_000


def answering(response: httpx.Response | Exception) -> httpx.Client:
    def answer(_request: httpx.Request) -> httpx.Response:
        if isinstance(response, Exception):
            raise response
        return response

    return httpx.Client(base_url="http://here", transport=httpx.MockTransport(answer))


def test_it_is_there_whole_and_its_parts_were_told(tmp_path: Path) -> None:
    told: list[int] = []
    with answering(httpx.Response(200, content=DATA)) as http:
        fetch(http, "/file", tmp_path / "out", digest_of(DATA), told.append)
    assert ((tmp_path / "out").read_bytes(), sum(told)) == (DATA, len(DATA))


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx.Response(200, content=DATA[1:]), DigestMismatchError),
        (httpx.Response(404, json=NotFoundError("gone").problem(None).model_dump(mode="json")), NotFoundError),
        (httpx.ReadError("cut"), UnavailableError),
    ],
)
def test_what_was_there_before_stays_otherwise(
    response: httpx.Response | Exception, error: type[FairleadError], tmp_path: Path
) -> None:
    (tmp_path / "out").write_bytes(b"before")
    with answering(response) as http, pytest.raises(error):
        fetch(http, "/file", tmp_path / "out", digest_of(DATA), lambda _part: None)
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"before"]
