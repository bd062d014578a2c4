"""A requirements.txt names packages of an index; anything else is refused by its line."""

import pytest
from fairlead_chassis.requirements import SIZE, requirements
from fairlead_contracts.errors import InvalidRequestError


def test_names_versions_markers_hashes_and_comments_are_understood() -> None:
    text = "# what it needs\nscikit-learn==1.7.2\n\nnumpy>=2,<3  # arrays\npandas[parquet]; python_version < '4'\n"
    text += "shade==1.0 \\\n    --hash=sha256:" + "a" * 64
    assert requirements(text)[:3] == ["scikit-learn==1.7.2", "numpy>=2,<3", "pandas[parquet]; python_version < '4'"]
    assert "--hash=sha256:aaa" in requirements(text)[3]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--index-url https://example.org", "options"), ("-e .", "options"), ("-r other.txt", "options"),
        ("shade @ https://example.org/shade.whl", "URL"), ("shade @ file:///etc/passwd", "URL"),
        ("git+https://example.org/shade", "no name"), ("./shade", "no name"), ("shade==", "no name"),
    ],
)  # fmt: skip
def test_what_leads_elsewhere_is_refused_by_its_line(line: str, said: str) -> None:
    with pytest.raises(InvalidRequestError, match=rf"line 2: .*{said}") as caught:
        requirements(f"numpy\n{line}\n")
    assert [each.pointer for each in caught.value.errors] == ["/requirements.txt/2"]


def test_one_that_is_too_long_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="over"):
        requirements("#" * (SIZE + 1))
