"""JSON schemas of every request and reply, with one name for each type."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

PREFIX = "#/components/schemas/"
Schema = dict[str, Any]
Key = tuple[type[BaseModel], JsonSchemaMode]


def collect(models: Iterable[type[BaseModel]]) -> tuple[dict[type[BaseModel], Schema], dict[str, Schema]]:
    """A reference for each model, and the definitions that the references point to."""
    keys: list[Key] = [(model, "serialization") for model in dict.fromkeys(models)]
    references, document = models_json_schema(keys, ref_template=PREFIX + "{model}")
    return {model: references[model, "serialization"] for model, _ in keys}, document.get("$defs", {})


def without(schema: Schema, fields: Iterable[str]) -> Schema:
    """An object's schema less some of its fields: what stays for the body when the path carries the others."""
    dropped = set(fields)
    kept = {name: value for name, value in schema.get("properties", {}).items() if name not in dropped}
    required = [name for name in schema.get("required", []) if name not in dropped]
    rest = {key: value for key, value in schema.items() if key not in ("properties", "required")}
    return {**rest, "properties": kept} | ({"required": required} if required else {})
