"""Reports of delivery are mail, which anybody can send: a crafted one costs neither other reports nor the server."""

import pytest

from survey_app.identity.errors import ReportUnreadable
from survey_app.identity.mail.bounces import read_report

LONG = 2_000_000


def report(address: str) -> bytes:
    return f"""From x
Content-Type: multipart/report; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
--b--
""".encode()


def test_addresses_too_long_to_be_one_and_parts_without_end_are_passed_over():
    parts = [f"Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n" for number in range(2000)]
    nested = b"From x\n" + "".join(parts).encode()

    found = list(read_report(nested + report("a@" + "." * LONG + "(") + report("servant@body.example")))

    assert found == [("servant@body.example", "5.1.1")]


def test_a_list_without_end_is_none():
    with pytest.raises(ReportUnreadable):
        list(read_report(b"a" * LONG))
