"""QR codes for paper (ISO/IEC 18004)."""

import io
from dataclasses import dataclass

import segno

PIXELS_A_MODULE = 4  # some viewers blur pictures that they enlarge more


@dataclass(frozen=True)
class QrPicture:
    """A black and white PNG, ``modules`` wide and high, without the quiet zone of four modules."""

    png: bytes
    modules: int


def qr_picture(text: str) -> QrPicture:
    """The code of a text or address. Error correction M bears a crease and a stain."""
    code = segno.make(text, error="m", micro=False, boost_error=False)
    picture = io.BytesIO()
    code.save(picture, kind="png", scale=PIXELS_A_MODULE, border=0)
    return QrPicture(picture.getvalue(), len(code.matrix))
