"""A share as a text that can be printed, kept in an envelope, and typed in again.

    Pikir: a custodian's share of a sealing key (pikir-share/1)

    Round:       2026
    Campaign:    00112233445566778899aabbccddeeff min-water      (one line each)
    Custodian:   Aigul Serikova
    Institution: agency
    Share:       2 of 5
    Threshold:   3
    Needed:      3 of 5 of agency
    Secret:      1a2b 3c4d 5e6f 7a8b

    Words:
     1 alarm       2 else        3 acrobat  ...

Under the custodian's own passphrase the words are a block of base64url text instead (scrypt and AES-256-GCM).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from analytics.custody.errors import ShareDamaged
from analytics.custody.shares import FINGERPRINT_DIGITS, Share
from survey_app.domain import base64url, keyfile
from survey_app.domain.errors import Malformed

FORMAT = "pikir-share/1"
TITLE = f"Pikir: a custodian's share of a sealing key ({FORMAT})"
ADVICE = """Keep this sheet, or this file, where nobody else comes. It opens nothing alone; with
the other shares it opens sealed answers. If it is lost or was seen by somebody, tell
the agency at once. Numbers before the words are their places; when typing the words
in again, numbers and line breaks do not matter."""
PER_LINE, LINE = 4, 76
_FIELD = re.compile(r"([A-Z][a-z]+):[ \t]*(.*)")
PassphraseOf = Callable[[str], str]


def write(share: Share, round_code: str, campaigns: Sequence[tuple[str, str]], passphrase: str | None) -> str:
    """The text of a share file; ``campaigns`` are (identifier, body's code)."""
    fields = [
        ("Round", round_code),
        *(("Campaign", f"{campaign_id} {body}") for campaign_id, body in campaigns),
        ("Custodian", share.custodian),
        ("Institution", share.group),
        ("Share", f"{share.member} of {share.members}"),
        ("Threshold", str(share.threshold)),
        ("Needed", share.needed),
        ("Secret", " ".join(share.fingerprint[i : i + 4] for i in range(0, FINGERPRINT_DIGITS, 4))),
    ]
    head = "\n".join(f"{name + ':':<13}{value}" for name, value in fields)
    return f"{TITLE}\n\n{head}\n\n{_body(share, passphrase)}\n\n{ADVICE}\n"


def read(text: str, passphrase_of: PassphraseOf) -> Share:
    """The share in a file's text; ``passphrase_of(custodian)`` is asked if its words are protected.

    Raises ShareDamaged, WrongPassphrase.
    """
    if FORMAT not in text:
        raise ShareDamaged(f"this file is no share ({FORMAT} is missing)")
    fields, words = _parse(text)
    try:
        member, members = (int(part) for part in fields["Share"].split(" of "))
        share = Share(
            fingerprint=fields["Secret"].replace(" ", "").lower(),
            custodian=fields["Custodian"],
            group=fields["Institution"],
            member=member,
            members=members,
            threshold=int(fields["Threshold"]),
            needed=fields["Needed"],
            words=words,
        )
    except (KeyError, ValueError) as error:
        raise ShareDamaged(f"the share's heading is incomplete: {error}") from error
    if "Sealed" not in fields:
        return share
    return _unsealed(share, words, passphrase_of)


def file_name(share: Share) -> str:
    """share-1a2b3c4d-agency-2-Aigul-Serikova.txt."""
    parts = (share.fingerprint[:8], share.group, str(share.member), share.custodian)
    return "-".join(["share", *(re.sub(r"[^\w]+", "-", part).strip("-") for part in parts)]) + ".txt"


def _body(share: Share, passphrase: str | None) -> str:
    if passphrase is not None:
        file = keyfile.wrap(share.words.encode(), _label(share), keyfile.stretch(passphrase, keyfile.new_salt()))
        block = base64url.encode(file)
        lines = [block[i : i + LINE] for i in range(0, len(block), LINE)]
        return "\n".join(["Sealed:      under the custodian's own passphrase", "Words:", *lines])
    numbered = [f"{number:>3} {word:<12}" for number, word in enumerate(share.words.split(), 1)]
    rows = ("".join(numbered[i : i + PER_LINE]).rstrip() for i in range(0, len(numbered), PER_LINE))
    return "\n".join(["Words:", *rows])


def _parse(text: str) -> tuple[dict[str, str], str]:
    """Fields by name, and what stands under ``Words:`` up to an empty line, without numbers."""
    head, found, below = text.replace("\r\n", "\n").partition("\nWords:")
    if not found:
        raise ShareDamaged("the share has no words")
    matches = (_FIELD.fullmatch(line.strip()) for line in head.splitlines())
    fields = {match[1]: match[2].strip() for match in matches if match}
    lines = below.lstrip("\n").split("\n\n", 1)[0]
    if "Sealed" in fields:
        return fields, "".join(lines.split())
    return fields, " ".join(word.lower() for word in lines.split() if not word.rstrip(".").isdecimal())


def _unsealed(share: Share, block: str, passphrase_of: PassphraseOf) -> Share:
    try:
        file = base64url.decode(block)
        wrapping_key = keyfile.stretch(passphrase_of(share.custodian), keyfile.salt_of(file))
        words = keyfile.unwrap(file, _label(share), wrapping_key).decode()
    except Malformed as error:
        raise ShareDamaged(f"the share of {share.custodian} is damaged: {error}") from error
    except keyfile.WrongPassphrase as error:
        raise keyfile.WrongPassphrase(
            f"the passphrase does not open the share of {share.custodian}, or the share was altered"
        ) from error
    return replace(share, words=words)


def _label(share: Share) -> str:
    return f"share-{share.fingerprint}-{share.group}-{share.member}"
