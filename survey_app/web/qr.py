"""QR codes for paper (ISO/IEC 18004)."""

import io

import segno


def qr_png(text: str) -> bytes:
    """A black and white PNG, one pixel a module and no quiet zone: whoever places it leaves four modules white.

    Error correction M: a quarter folded or stained away is too much, a crease is not.
    """
    picture = io.BytesIO()
    segno.make(text, error="m", micro=False, boost_error=False).save(picture, kind="png", scale=1, border=0)
    return picture.getvalue()
