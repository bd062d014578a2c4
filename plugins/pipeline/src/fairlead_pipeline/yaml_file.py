"""YAML without its traps: no tags that make objects, no aliases, no key twice."""

from pathlib import Path
from typing import Any

import yaml
from fairlead_contracts.errors import UnreadableArtifactError

_LIMIT = 4 << 20


class _Loader(yaml.SafeLoader):
    def compose_node(self, parent: Any, index: Any) -> Any:
        # A few aliases of aliases are a file of gigabytes.
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not taken")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        found = super().construct_mapping(node, deep)
        if len(found) < len(node.value):
            keys = [key.value for key, _ in node.value]
            twice = next((key for key in keys if keys.count(key) > 1), "a key")
            raise yaml.YAMLError(f"{twice} is there twice")
        return found


def loaded(path: Path) -> Any:
    """The plain values of a file. Raises: UnreadableArtifactError."""
    try:
        if path.stat().st_size > _LIMIT:
            raise UnreadableArtifactError(f"{path.name} is over {_LIMIT:,} bytes.")
        return yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506  # a SafeLoader
    except (OSError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableArtifactError(f"{path.name} cannot be read.") from error
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise UnreadableArtifactError(f"{path.name}{line} is no YAML: {error.problem}.") from None
    except (yaml.YAMLError, ValueError, TypeError) as error:
        raise UnreadableArtifactError(f"{path.name} is no YAML that is taken: {error}.") from None
