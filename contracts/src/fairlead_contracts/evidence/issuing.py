"""Receipts at the rate of answers: the canonical bytes from a template, without building a model each time."""

import json
from datetime import datetime

from fairlead_contracts.evidence.canonical import NotCanonicalError
from fairlead_contracts.evidence.receipts import Served
from fairlead_contracts.values import instant

_quoted = json.JSONEncoder(ensure_ascii=False).encode


class ReceiptTemplate:
    """The receipts of one replica, with all that never changes already in canonical form."""

    def __init__(self, served: Served) -> None:
        constant = served.model_dump(exclude={"revision", "version"})
        self._time: datetime | None = None
        self._instant = ""
        text = {name: _quoted(value) for name, value in constant.items()}
        # RFC 8785 orders members by name; these five pieces are what stands between the members that change.
        self._pieces = (
            f'{{"deployment":{text["deployment"]},"id":',
            ',"input_digest":"',
            f'","model":{text["model"]},"output_digest":"',
            f'","project":{text["project"]},"replica":{text["replica"]},"revision":{served.revision},'
            f'"schema_digest":{text["schema_digest"]},"time":"',
            f'","v":1,"version":{served.version},"version_digest":{text["version_digest"]}}}',
        )

    def leaf(self, id: str, time: datetime, input_digest: str, output_digest: str) -> bytes:
        """The bytes of `Receipt.leaf()` for one answer. The caller vouches for the digests' form; `time` has a zone.

        Answers of one batch share their time, so its text is made once for as long as the same object comes.

        Raises: NotCanonicalError when the id holds half of a surrogate pair.
        """
        start, input_, output, when, end = self._pieces
        if time is not self._time:
            self._time, self._instant = time, instant(time)
        text = f"{start}{_quoted(id)}{input_}{input_digest}{output}{output_digest}{when}{self._instant}{end}"
        try:
            return text.encode()
        except UnicodeEncodeError:
            raise NotCanonicalError("/id", "half of a surrogate pair; write whole characters") from None
