"""The message of a mailing for one person: multipart, in his language, with his link; all else is alike for all."""

from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from functools import cached_property

from survey_app.identity.campaigns import find_active
from survey_app.identity.invitation_mail import PLACEHOLDER, Mail, invitation_mail
from survey_app.identity.invitations import derive_code, format_code, invitation_key_label, invitation_link
from survey_app.identity.mail.plan import INVITATION
from survey_app.identity.mail.queue import Recipient
from survey_app.identity.mail.relay import ascii_address
from survey_app.identity.office import IssuerOffice

_POLICY = policy.SMTP.clone(max_line_length=200, cte_type="7bit")


class Writer:
    """Writes the messages of one mailing; each language's text is set once."""

    def __init__(self, office: IssuerOffice, campaign_id: str, number: int, sender: str) -> None:
        self._office, self._campaign_id, self._sender = office, campaign_id, sender
        self._campaign = find_active(office, campaign_id)
        self._is_reminder = number != INVITATION
        self._mails: dict[str, Mail] = {}

    def write(self, recipient: Recipient, moment: datetime) -> EmailMessage:
        """The message for one person. His code is derived now and kept nowhere. Raises KeyMissing, RecipientRefused."""
        code = format_code(derive_code(self._key, self._campaign_id, recipient.entry_id))
        fingerprint = self._campaign.fingerprint.hex()
        link = invitation_link(self._office, self._campaign_id, recipient.language, code, fingerprint)
        mail = self._mail(recipient.language)
        message = EmailMessage(_POLICY)
        message["From"] = self._sender
        message["To"] = ascii_address(recipient.email)
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(moment)
        message["Message-ID"] = make_msgid(domain=parseaddr(self._sender)[1].rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message.set_content(mail.text.replace(PLACEHOLDER, link), cte="base64")
        message.add_alternative(mail.html.replace(PLACEHOLDER, link), subtype="html", cte="base64")
        message["Content-Language"] = recipient.language  # last: set_content hands such fields to its part
        return message

    @cached_property
    def _key(self) -> bytes:
        return self._office.keys.load(invitation_key_label(self._campaign_id))

    def _mail(self, language: str) -> Mail:
        if language not in self._mails:
            self._mails[language] = invitation_mail(
                self._campaign,
                language,
                PLACEHOLDER,
                self._office.config.help_desk,
                demo=self._office.config.demo,
                is_reminder=self._is_reminder,
            )
        return self._mails[language]
