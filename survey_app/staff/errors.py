"""What can be wrong about staff and what they ask for."""

from survey_app.domain.errors import PikirError


class AccountExists(PikirError):
    """There is an account with this login."""

    slug = "account-exists"


class UnknownAccount(PikirError):
    """No account has this login."""

    slug = "unknown-account"


class SignInRefused(PikirError):
    """Login and password do not belong together, or the account is disabled; which of these is not said."""

    slug = "sign-in-refused"


class InitialPasswordExpired(PikirError):
    """Login and initial password belong together, but its days are over."""

    slug = "initial-password-expired"


class NotSignedIn(PikirError):
    """Nobody is signed in where somebody must be."""

    slug = "not-signed-in"


class RoleNotAllowed(PikirError):
    """The account's role does not do this."""

    slug = "role-not-allowed"


class SecondFactorRefused(PikirError):
    """The code or passkey is not right, or was used before."""

    slug = "second-factor-refused"


class LastSecondFactor(PikirError):
    """An account that must have a second factor keeps its last one."""

    slug = "last-second-factor"


class SecretUnreadable(PikirError):
    """What is stored under the office's secret key cannot be read: the key is another one now."""

    slug = "secret-unreadable"


class ChallengeRefused(PikirError):
    """A challenge is too old, was answered before, or is not ours."""

    slug = "challenge-refused"


class SubjectUnknown(PikirError):
    """An identity provider or a certificate names somebody who has no account here."""

    slug = "subject-unknown"


class ProviderRefused(PikirError):
    """The identity provider did not answer, or not as the protocol asks."""

    slug = "provider-refused"


class SignatureRefused(PikirError):
    """A digital signature is not valid, not of this challenge, or its certificate is not trusted or was revoked."""

    slug = "signature-refused"


class UnknownSession(PikirError):
    """There is no such session of this account, or it has ended."""

    slug = "unknown-session"


class UnknownProposal(PikirError):
    """There is no such proposal."""

    slug = "unknown-proposal"


class ProposalOver(PikirError):
    """The proposal was decided already, or its time is over."""

    slug = "proposal-over"


class SameOfficer(PikirError):
    """Who proposed an action cannot approve it: four eyes."""

    slug = "same-officer"


class ProposalChanged(PikirError):
    """What is to be done is no longer what was proposed."""

    slug = "proposal-changed"


class NoSecondOfficer(PikirError):
    """Nobody else in this office could approve what is to be proposed."""

    slug = "no-second-officer"


class ProposerGone(PikirError):
    """Who proposed an action may not do so any more: the account was disabled or has another role."""

    slug = "proposer-gone"


class AccountChangedSince(PikirError):
    """The approver's account was made, reset or changed after the proposal, so somebody else may be behind it."""

    slug = "account-changed-since"
