"""A model's requirements.txt: names and versions of packages, and nothing that leads anywhere else."""

from fairlead_contracts.errors import FieldError, InvalidRequestError
from packaging.requirements import InvalidRequirement, Requirement

FILE = "requirements.txt"
SIZE = 64 * 1024
_LINES = 500


def requirements(text: str) -> list[str]:
    """The requirements, a line each. Raises: InvalidRequestError naming each line that is none, or holds a URL."""
    lines = text.replace("\\\n", " ").splitlines()
    if len(text) > SIZE or len(lines) > _LINES:
        raise InvalidRequestError(f"{FILE} is over {_LINES} lines or {SIZE:,} characters.")
    found, wrong = [], []
    for number, line in enumerate(lines, 1):
        stated = line.split(" #")[0].split(" --hash=")[0].strip()
        if not stated or stated.startswith("#"):
            continue
        said = _wrong(stated)
        if said:
            wrong.append(FieldError(pointer=f"/{FILE}/{number}", detail=said))
        found.append(line.split(" #")[0].strip())
    if wrong:
        places = "; ".join(f"line {each.pointer.rsplit('/', 1)[1]}: {each.detail}" for each in wrong[:5])
        raise InvalidRequestError(f"{FILE} is not usable. {places}.", wrong[:20])
    return found


def _wrong(stated: str) -> str:
    if stated.startswith("-"):
        return "options are uv's to set, not the model's"
    try:
        requirement = Requirement(stated)
    except InvalidRequirement:
        return "this is no name of a package with versions, such as scikit-learn==1.9.1"
    return "packages come from an index, not from a URL" if requirement.url else ""
