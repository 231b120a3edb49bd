"""The root of every error that the domain raises."""


class PikirError(Exception):
    """A refusal with a stable machine name.

    ``slug`` names the error on the wire (the last part of an RFC 9457 ``type``) and in translations;
    the exception's text is for operators and logs, in English, and never holds personal data.
    """

    slug = "error"


class Malformed(PikirError):
    """Input that does not have the promised shape."""

    slug = "malformed"
