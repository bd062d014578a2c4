"""Names, ids and digests: what is allowed in them, and the subject token that stands for a name."""

import base64
import hashlib
import os
import re
import time
import unicodedata
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

NAME_PATTERN = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
PRINCIPAL_PATTERN = r"^(user|service|group):[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
ROLE_PATTERN = r"^role:[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
DIGEST_PATTERN = r"^sha256:[0-9a-f]{64}$"
OPERATION_ID_PATTERN = r"^[A-Za-z0-9._:-]{1,128}$"
UUID_PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"

_NAME = re.compile(NAME_PATTERN)
_MODEL_NAME_LIMIT = 250
SEQUENCE_LIMIT = 2**53 - 1
"""The largest sequence that can be asked for: every reader of JSON holds it exactly."""
EVERYWHERE = "*"
GLOBAL = "_"
"""Stands in subjects where an aggregate belongs to no project; no project can be called this."""


def _not_reserved(name: str) -> str:
    if name.startswith("x-"):
        raise ValueError("names that begin with 'x-' are reserved")
    return name


def _model_name(name: str) -> str:
    if unicodedata.normalize("NFC", name) != name:
        raise ValueError("the name is not in Unicode normal form NFC")
    if name != name.strip():
        raise ValueError("the name begins or ends with a space")
    if name in (".", ".."):
        raise ValueError("'.' and '..' are not names: they mean places in a path")
    if any(c in "/:" or unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in name):
        raise ValueError("'/', ':' and control or invisible characters are not allowed")
    return _not_reserved(name)


Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN), AfterValidator(_not_reserved)]
"""A project, deployment, group or user: lower-case letters, digits and inner hyphens, at most 63."""

ModelName = Annotated[str, StringConstraints(min_length=1, max_length=_MODEL_NAME_LIMIT), AfterValidator(_model_name)]
"""A registered model: any NFC text up to 250 characters without '/', ':' or control characters."""

Principal = Annotated[str, StringConstraints(pattern=PRINCIPAL_PATTERN)]
Role = Annotated[str, StringConstraints(pattern=ROLE_PATTERN)]
Digest = Annotated[str, StringConstraints(pattern=DIGEST_PATTERN)]
OperationId = Annotated[str, StringConstraints(pattern=OPERATION_ID_PATTERN)]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
"""Versions and revisions: integers from 1."""


def subject_token(name: str) -> str:
    """The subject token of a name: the name where it fits the strict pattern, else its short hash."""
    if _NAME.fullmatch(name):
        return name
    hashed = base64.b32encode(hashlib.sha256(name.encode()).digest()).decode().lower()
    return f"x-{hashed[:26]}"


def digest_of(data: bytes) -> str:
    """SHA-256 as this project writes it: `sha256:` and hex."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def digest_of_file(file: Path) -> str:
    """The same of a file's bytes."""
    with file.open("rb") as source:
        return f"sha256:{hashlib.file_digest(source, 'sha256').hexdigest()}"


def uuid7() -> str:
    """A time-ordered UUID, version 7 (RFC 9562, section 5.7)."""
    stamp = time.time_ns() // 1_000_000
    value = (stamp << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
