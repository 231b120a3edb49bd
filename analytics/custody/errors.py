"""Refusals of custody. Each text says which share is wrong, or what is missing; nothing was opened then."""

from survey_app.domain.errors import Malformed, PikirError


class PlanInvalid(Malformed):
    """A secret cannot be split in this way."""

    slug = "split-plan-invalid"


class SharesMissing(PikirError):
    """Fewer shares than the split needs."""

    slug = "shares-missing"


class ShareForeign(PikirError):
    """A share of another split."""

    slug = "share-foreign"


class ShareDamaged(PikirError):
    """A share's words or text are not as they were written."""

    slug = "share-damaged"


class ShareRepeated(PikirError):
    """One share was given twice."""

    slug = "share-repeated"


class ShareNotGenuine(PikirError):
    """The shares are readable but do not give the secret: one of them was forged."""

    slug = "share-not-genuine"


class WrongCustody(PikirError):
    """A passphrase was given for a split key, or shares for one under a passphrase."""

    slug = "wrong-custody"


class KeyDestroyed(PikirError):
    """The sealing key was destroyed at archiving; nobody can open the batch any more."""

    slug = "key-destroyed"


class RehearsalFailed(PikirError):
    """What was sealed did not come out as it went in; the key must not be used."""

    slug = "rehearsal-failed"
