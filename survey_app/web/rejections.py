"""Why an envelope does not count, in words: the same on the collector's board and beside the agency's figures."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

REJECTIONS: Mapping[str, LazyString] = {
    "cannot-open": _l("the envelope does not open"),
    "token-invalid": _l("the token is not valid"),
    "holder-signature-invalid": _l("not signed by the token’s holder"),
    "malformed": _l("malformed"),
    "plaintext-length": _l("the contents have the wrong length"),
    "plaintext-version": _l("the contents are of an unknown version"),
    "plaintext-padding": _l("the contents are padded wrongly"),
    "unknown-option": _l("an option that does not exist"),
}
