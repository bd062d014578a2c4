"""Canonical JSON (placeholder being replaced by the evidence author at this moment)."""
import json
def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
