"""A mail server on this machine that refuses one address: invitations really go through SMTP."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.controller import Controller

_LINK = re.compile(r"http\S+#\S+")
OK, NO_MAILBOX = "250 OK", "550 5.1.1 no such mailbox"


class Post:
    """``refused`` is an address that nobody has; ``received`` counts messages, ``links`` has what they lead to."""

    def __init__(self, refused: str) -> None:
        self.refused = refused
        self.received: Counter[str] = Counter()
        self.links: dict[str, str] = {}

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if address == self.refused:
            return NO_MAILBOX
        envelope.rcpt_tos.append(address)
        return OK

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        message = message_from_bytes(envelope.content, policy=policy.default)
        text = message.get_body(("plain",)).get_content()
        for recipient in envelope.rcpt_tos:
            self.received[recipient] += 1
            self.links[recipient] = _LINK.findall(text)[0]
        return OK


@contextmanager
def post_office(post: Post, port: int) -> Iterator[None]:
    """Serve on 127.0.0.1."""
    controller = Controller(post, hostname="127.0.0.1", port=port, ready_timeout=20)
    controller.start()
    try:
        yield
    finally:
        controller.stop()
