"""Digital signatures as detached CMS (PKCS #7) over the challenge, validated by pyHanko up to configured roots."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from asn1crypto import cms, crl, pem, x509
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import async_validate_detached_cms
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError

from config import SignatureConfig
from survey_app.staff.errors import SignatureRefused

LARGEST = 64 * 1024
_SUBJECT = "certificate:"
_Stamp = tuple[tuple[str, int, int, int], ...]
_Trusted = tuple[list[x509.Certificate], list[crl.CertificateList]]


class CmsSignatures:
    """Detached CMS (PKCS #7), DER or PEM, RSA or ECDSA, by a certificate under the configured roots.

    Revocation is checked against the lists in the folder and nothing is fetched: without a present list of each
    authority in the path the signature is refused. Lists and roots are read again when a file of theirs changes.
    """

    def __init__(self, config: SignatureConfig) -> None:
        self._config = config
        self._lock = threading.Lock()
        self._read: tuple[_Stamp, _Trusted] | None = None

    def subject_of(self, challenge: bytes, signature: bytes, moment: datetime) -> str:
        """The word certificate, a colon, the serial number of the certificate's subject. Raises SignatureRefused."""
        signed = _signed_data(signature)
        with self._lock:  # what is read lazily from the lists is not for two threads
            return self._check(challenge, signed, moment)

    def _check(self, challenge: bytes, signed: cms.SignedData, moment: datetime) -> str:
        try:
            roots, lists = self._trusted()
        except OSError as error:
            raise SignatureRefused("the lists of revoked certificates cannot be read") from error
        context = ValidationContext(
            trust_roots=roots,
            crls=lists,
            moment=moment,
            allow_fetching=False,
            revocation_mode="require",  # "hard-fail" asks for lists only where a certificate names one,
        )
        usage = KeyUsageConstraints(key_usage={"digital_signature"})
        try:
            with ThreadPoolExecutor(1) as elsewhere:  # its loop must not meet one that the server's thread may have
                checking = async_validate_detached_cms(
                    challenge, signed, signer_validation_context=context, key_usage_settings=usage
                )
                status = elsewhere.submit(asyncio.run, checking).result()
        except (SignatureValidationError, SigningError, PathError, ValueError, TypeError, KeyError) as error:
            raise SignatureRefused(f"the signature cannot be checked: {type(error).__name__}") from error
        if not (status.intact and status.valid and status.trusted) or status.revocation_details is not None:
            raise SignatureRefused("the signature does not hold, or its certificate is not trusted")
        return _SUBJECT + _serial_number(status.signing_cert)

    def _trusted(self) -> _Trusted:
        files = [self._config.roots, *sorted(path for path in self._config.crls.iterdir() if path.is_file())]
        stamp = tuple((path.name, (seen := path.stat()).st_mtime_ns, seen.st_size, seen.st_ino) for path in files)
        if self._read is None or self._read[0] != stamp:
            self._read = stamp, (_certificates(files[0]), [_list(path) for path in files[1:]])
        return self._read[1]


def _signed_data(signature: bytes) -> cms.SignedData:
    if len(signature) > LARGEST:
        raise SignatureRefused("this is too long for a signature")
    try:
        content = pem.unarmor(signature)[2] if pem.detect(signature) else signature
        info = cms.ContentInfo.load(content, strict=True)
        if info["content_type"].native != "signed_data":
            raise SignatureRefused("this is no CMS signature")
        signed: cms.SignedData = info["content"]
        if signed["encap_content_info"]["content"].native is not None:
            raise SignatureRefused("the signature brings its own content; a detached one is needed")
    except (ValueError, TypeError) as error:
        raise SignatureRefused("this is no CMS signature") from error
    return signed


def _serial_number(certificate: x509.Certificate) -> str:
    found = certificate.subject.native.get("serial_number")
    if not isinstance(found, str) or not found:
        raise SignatureRefused("the certificate's subject has no serial number")
    return found


def _certificates(file: Path) -> list[x509.Certificate]:
    return [x509.Certificate.load(der) for _, _, der in pem.unarmor(file.read_bytes(), multiple=True)]


def _list(file: Path) -> crl.CertificateList:
    raw = file.read_bytes()
    return crl.CertificateList.load(pem.unarmor(raw)[2] if pem.detect(raw) else raw)
