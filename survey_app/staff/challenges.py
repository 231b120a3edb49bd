"""Challenges that a passkey or a digital signature answers: random, good for five minutes, and for one answer.

The browser's session holds the present one. An answer is noted as spent, in the database, so that neither a copied
session nor a second process takes it again.
"""

import hashlib
import secrets
from datetime import timedelta

from flask import session
from sqlalchemy import delete

from survey_app.domain import base64url
from survey_app.domain.documents import format_time, parse_time
from survey_app.staff.desk import StaffDesk
from survey_app.staff.errors import ChallengeRefused
from survey_app.staff.models import SpentChallengeRow

STANDS = timedelta(minutes=5)
_KEPT = "challenge"


def new_challenge(desk: StaffDesk, purpose: str) -> bytes:
    """32 random bytes for ``purpose``; an earlier challenge of this browser is forgotten."""
    challenge = secrets.token_bytes(32)
    session[_KEPT] = [purpose, base64url.encode(challenge), format_time(desk.clock() + STANDS)]
    return challenge


def take_challenge(desk: StaffDesk, purpose: str) -> bytes:
    """The browser's challenge, used up by this. Raises ChallengeRefused."""
    kept_for, encoded, until = session.pop(_KEPT, None) or ("", "", "")
    if kept_for != purpose or parse_time(until) <= desk.clock():
        raise ChallengeRefused("there is no such challenge, or it is too old")
    challenge = base64url.decode(encoded)
    digest = hashlib.sha256(challenge).hexdigest()
    now = format_time(desk.clock())
    with desk.database.write() as database:
        database.execute(delete(SpentChallengeRow).where(SpentChallengeRow.until <= now))
        if database.get(SpentChallengeRow, digest) is not None:
            raise ChallengeRefused("this challenge was answered before")
        database.add(SpentChallengeRow(challenge_sha256=digest, until=until))
    return challenge
