"""Uploaded pictures: taken apart and made anew, so that nothing but pixels is kept."""

import hashlib
import warnings
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from participation.errors import InvalidInput

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_ALT = 300
LONGEST_SIDE = 1600
FORMATS = ("JPEG", "PNG", "WEBP")


def made_anew(content: bytes) -> bytes:
    """A JPEG without metadata of a JPEG, PNG or WebP of at most 10 MB and 40 megapixels.

    It is turned as its camera said and made smaller (1,600 pixels at most). Raises InvalidInput
    (`image`).
    """
    if not content or len(content) > MAX_BYTES:
        raise InvalidInput("image", "max_size", _("Ein Bild darf höchstens 10 MB groß sein."))
    try:
        with warnings.catch_warnings():
            # Our own limit, below, is stricter, and holds before a pixel is unpacked.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(content), formats=FORMATS)
            if image.width * image.height > MAX_PIXELS:
                raise _too_many_pixels()
            turned = ImageOps.exif_transpose(image)
            turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            flat = _on_white(turned)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except (UnidentifiedImageError, OSError, ValueError) as error:
        unknown = _("Das ist kein Bild, das wir lesen können. Möglich sind JPEG, PNG und WebP.")
        raise InvalidInput("image", "invalid_image", unknown) from error
    except (SyntaxError, EOFError, IndexError, KeyError, TypeError) as error:
        broken = _("Dieses Bild ist beschädigt.")
        raise InvalidInput("image", "invalid_image", broken) from error
    made = BytesIO()
    flat.save(made, "JPEG", quality=82, optimize=True, progressive=True)
    return made.getvalue()


def _too_many_pixels() -> InvalidInput:
    words = _("Dieses Bild hat zu viele Bildpunkte. Möglich sind 40 Millionen.")
    return InvalidInput("image", "too_many_pixels", words)


def _on_white(image: Image.Image) -> Image.Image:
    """Without transparency, and without whatever else came with the file."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        whole = image.convert("RGBA")
        flat = Image.new("RGB", whole.size, "white")
        flat.paste(whole, mask=whole.getchannel("A"))
        return flat
    flat = Image.new("RGB", image.size)
    flat.paste(image.convert("RGB"))
    return flat


def name_of(folder: str, picture: bytes) -> str:
    """Where a picture of ours is kept: named by what it shows, so the same one is stored once."""
    return f"{folder}/{hashlib.sha256(picture).hexdigest()[:40]}.jpg"


def keep(folder: str, picture: bytes) -> str:
    """Store what `made_anew` gave. Returns its name."""
    name = name_of(folder, picture)
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(picture))
    return name
