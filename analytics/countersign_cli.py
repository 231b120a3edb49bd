"""`pikir countersign`: a second institution opens a batch again and signs the hash of the Release that comes out."""

from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from analytics.commands import PASSPHRASE_FILE, first_line, passphrase
from analytics.custody.countersigning import Countersigner, file_name, make_card
from analytics.custody.key_files import read_key_file
from analytics.custody_options import FILE, OWN_PASSPHRASES, SHARES, given_shares
from analytics.evidence import Evidence, check_evidence
from analytics.release import Release
from survey_app.domain import signing
from survey_app.domain.documents import read_document, sign_document
from survey_app.domain.manifest import LocalisedText
from survey_app.web.exchange import BATCH, BOARD, DRAWN, MANIFEST, RELEASE, DocumentMissing, write_durably
from survey_app.web.keystore import KeyExists, KeyStore
from survey_app.web.questionnaires import find_questionnaire

KEY, CARD = "countersigner", "countersigner.jws"
SUPERSEDED = "release-*.jws"
FOLDER = click.Path(file_okay=False, path_type=Path)
OWN_PASSPHRASE_FILE = click.option(
    "--own-passphrase-file", type=FILE, help="Passphrase of the institution's signing key, instead of asking."
)


@click.group("countersign")
def countersigning() -> None:
    """A second institution: re-open a batch and countersign its Release."""


@countersigning.command("keygen")
@click.argument("own", type=FOLDER)
@click.option("--name-kk", required=True, help="The institution's name in Kazakh.")
@click.option("--name-ru", required=True, help="The same in Russian.")
@click.option("--name-en", required=True, help="The same in English.")
@OWN_PASSPHRASE_FILE
def keygen(own: Path, name_kk: str, name_ru: str, name_en: str, own_passphrase_file: Path | None) -> None:
    """Make the institution's signing key and its card, countersigner.jws, in the folder OWN."""
    if (own / CARD).exists():
        raise KeyExists(f"{own / CARD} exists")
    key = Ed25519PrivateKey.generate()
    card = make_card(LocalisedText(name_kk, name_ru, name_en), key)
    KeyStore(own, _own_passphrase(own_passphrase_file, confirm=True)).create(KEY, key.private_bytes_raw())
    write_durably(own / CARD, sign_document(card, key).encode("ascii"))
    click.echo(f"Key and card are in {own}. Give {CARD} to the agency, and publish the key by another way:")
    click.echo(f"  {card.key.hex()}")


@countersigning.command("sign")
@click.argument("campaign_folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--own", type=FOLDER, required=True, help="Folder with the institution's key and card.")
@OWN_PASSPHRASE_FILE
@click.option("--key", type=FILE, required=True, help="The sealing key's file, lent by the agency.")
@PASSPHRASE_FILE
@SHARES
@OWN_PASSPHRASES
@click.option("--correction", is_flag=True, help="release.jws is about to be superseded: do not compare with it.")
@click.option("--output", type=FOLDER, help="Where to write the countersignature.  [default: CAMPAIGN_FOLDER]")
def sign(  # noqa: PLR0917 (click's options)
    campaign_folder: Path,
    own: Path,
    own_passphrase_file: Path | None,
    key: Path,
    passphrase_file: Path | None,
    share_files: tuple[Path, ...],
    own_passphrases: tuple[str, ...],
    correction: bool,
    output: Path | None,
) -> None:
    """Open the batch in CAMPAIGN_FOLDER again, and countersign what comes out; no database, no network.

    If the folder holds the agency's certified Release, the result must be the same to the byte. Before certification
    there is none: then the agency takes the countersignature only if its own opening gave the same.
    """
    evidence = _evidence(campaign_folder)
    manifest = check_evidence(evidence).manifest
    claimed, superseded = _releases(campaign_folder, manifest.agency_key, correction=correction)
    signing_key = _signing_key(own, own_passphrase_file)
    card = read_document(Countersigner, _text(own / CARD), signing.public_key_bytes(signing_key))
    private = read_key_file(
        key.read_bytes(),
        manifest.campaign_id,
        given_shares(share_files, own_passphrases),
        lambda: passphrase(passphrase_file),
    )
    from analytics.custody.reopening import countersign  # noqa: PLC0415 (brings pandas, which keygen does without)

    questionnaire = find_questionnaire(manifest.questionnaire)
    signed = countersign(evidence, private, questionnaire, claimed, superseded, card, signing_key)
    target = (output or campaign_folder) / file_name(signed)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_durably(target, sign_document(signed, signing_key).encode("ascii"))
    compared = "The same as the agency certified." if claimed else "Not compared: no certified Release is here yet."
    click.echo(f"Opened again: Release {signed.release.hex()}\n{compared}\nCountersigned: {target}")


def _evidence(folder: Path) -> Evidence:
    """Raises DocumentMissing."""
    for name in (MANIFEST, BOARD, BATCH):
        if not (folder / name).is_file():
            raise DocumentMissing(f"{name} is not in {folder}")
    drawn = _text(folder / DRAWN) if (folder / DRAWN).is_file() else None
    return Evidence(_text(folder / MANIFEST), _text(folder / BOARD), drawn, (folder / BATCH).read_bytes())


def _releases(folder: Path, agency_key: bytes, *, correction: bool) -> tuple[Release | None, dict[bytes, Release]]:
    """The agency's present Release, if it is here, and those before it. Raises SignatureInvalid, Malformed."""
    earlier = [_text(path) for path in sorted(folder.glob(SUPERSEDED))]
    present = _text(folder / RELEASE) if (folder / RELEASE).is_file() else None
    if correction and present is not None:
        earlier, present = [*earlier, present], None
    superseded = {signing.fingerprint(text): read_document(Release, text, agency_key) for text in earlier}
    return None if present is None else read_document(Release, present, agency_key), superseded


def _signing_key(own: Path, file: Path | None) -> Ed25519PrivateKey:
    """Raises KeyMissing, WrongPassphrase."""
    return Ed25519PrivateKey.from_private_bytes(KeyStore(own, _own_passphrase(file)).load(KEY))


def _own_passphrase(file: Path | None, *, confirm: bool = False) -> str:
    if file is not None:
        return first_line(file)
    return str(click.prompt("Passphrase of your signing key", hide_input=True, confirmation_prompt=confirm, err=True))


def _text(file: Path) -> str:
    return file.read_text("ascii", errors="replace").strip()
