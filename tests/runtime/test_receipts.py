"""The share of answers with a receipt: as the deployment says, and more for who asks."""

import pytest
from fairlead_contracts.bundle import Bundle
from fairlead_contracts.facts.serving import ServingOptions

from .conftest import BUNDLE, Replica, rows


@pytest.fixture
def bundle(rate: float) -> Bundle:
    return BUNDLE.model_copy(update={"serving": ServingOptions(receipts=rate)})


async def receipts(replica: Replica, **more: object) -> int:
    answers = [await replica.infer(rows((1.0, 2.0), **more)) for _ in range(20)]
    return sum("receipt" in answer["parameters"] for _, answer in answers)


@pytest.mark.parametrize(("rate", "expected"), [(1.0, 20), (0.25, 5), (0.0, 0)])
async def test_so_many_answers_have_one(replica: Replica, expected: int) -> None:
    assert await receipts(replica) == expected
    leaves = sum(len(each["leaves"]) for each in await replica.told("receipts"))
    assert leaves == expected


@pytest.mark.parametrize("rate", [0.0])
async def test_who_asks_for_one_gets_it(replica: Replica) -> None:
    assert await receipts(replica, parameters={"receipt": True}) == 20
    _, answer = await replica.infer({"instances": [[1, 2]], "params": {"receipt": True}}, "/invocations")
    assert answer["parameters"]["receipt"]
