"""Pictures of offers: what is kept of an upload, and what is refused."""

import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, PngImagePlugin
from rest_framework.test import APIClient

from participation import actors
from participation.errors import InvalidInput, LoginRequired, NotFound
from participation.images import MAX_BYTES
from participation.models import Municipality
from tests.workshops.factories import make_workshop, staff
from workshops.errors import IllegalStep
from workshops.models import Workshop
from workshops.services import copies, images

BASE = "/api/v1/municipalities/menden"


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def picture(
    size: tuple[int, int] = (40, 20), kind: str = "PNG", mode: str = "RGB", **options: Any
) -> bytes:
    made = BytesIO()
    Image.new(mode, size, options.pop("color", "red")).save(made, kind, **options)
    return made.getvalue()


def put(workshop: Workshop, content: bytes, alt: str = "Ein rotes Feld") -> Image.Image:
    """What is kept of it."""
    actor = staff(workshop.municipality)
    images.set_image(actor=actor, workshop_id=workshop.pk, content=content, alt=alt)
    workshop.refresh_from_db()
    with default_storage.open(str(workshop.image.name)) as file:
        kept = Image.open(BytesIO(file.read()))
        kept.load()
    return kept


def test_it_is_made_smaller_and_anew(town: Municipality) -> None:
    kept = put(make_workshop(town), picture((3000, 1500), "JPEG"))
    assert (kept.format, kept.size) == ("JPEG", (1600, 800))


def test_nothing_but_pixels_stays(town: Municipality) -> None:
    exif = Image.Exif()
    exif[0x010E] = "Geheime Wohnung"
    exif[0x0112] = 6  # to be turned by a quarter
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "Geheime Wohnung")
    workshop = make_workshop(town)
    kept = put(workshop, picture(kind="JPEG", exif=exif, comment=b"Geheime Wohnung"))
    assert (kept.size, dict(kept.getexif()), "comment" in kept.info) == ((20, 40), {}, False)
    put(workshop, picture(pnginfo=info))
    with default_storage.open(str(workshop.image.name)) as file:
        assert b"Geheime" not in file.read()


def test_transparency_becomes_white(town: Municipality) -> None:
    kept = put(make_workshop(town), picture(mode="RGBA", color=(0, 0, 0, 0)))
    assert kept.getpixel((5, 5)) == (255, 255, 255)


def bomb() -> bytes:
    """A few bytes that say they are 50,000 pixels wide and high."""
    small = bytearray(picture())
    small[16:24] = (50_000).to_bytes(4, "big") * 2
    small[29:33] = zlib.crc32(bytes(small[12:29])).to_bytes(4, "big")
    return bytes(small)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "max_size"),
        (b"x" * (MAX_BYTES + 1), "max_size"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "invalid_image"),
        (b"GIF89a" + b"\0" * 40, "invalid_image"),
        (picture()[:60], "invalid_image"),
        (bomb(), "too_many_pixels"),
        (picture((8000, 6000), mode="1", color=0), "too_many_pixels"),
    ],
    ids=["empty", "large", "svg", "gif", "cut", "bomb", "pixels"],
)
def test_what_is_refused(town: Municipality, content: bytes, code: str) -> None:
    workshop = make_workshop(town)
    with pytest.raises(InvalidInput) as refused:
        put(workshop, content)
    assert (refused.value.attr, refused.value.code) == ("image", code)


def test_a_picture_needs_its_words(town: Municipality) -> None:
    with pytest.raises(InvalidInput) as refused:
        put(make_workshop(town), picture(), alt=" ")
    assert refused.value.attr == "alt"


@pytest.mark.django_db(transaction=True)
def test_the_file_goes_with_the_last_that_shows_it(town: Municipality) -> None:
    workshop, actor = make_workshop(town), staff(town)
    put(workshop, picture())
    name = str(workshop.image.name)
    copy = copies.duplicate_workshop(actor=actor, workshop_id=workshop.pk)
    assert (copy.image.name, copy.image_alt) == (name, "Ein rotes Feld")
    put(workshop, picture(color="blue"))
    assert default_storage.exists(name)
    images.remove_image(actor=actor, workshop_id=copy.pk)
    copy.refresh_from_db()
    assert (bool(copy.image), default_storage.exists(name)) == (False, False)


def test_only_the_own_town_and_no_archive(town: Municipality, other_town: Municipality) -> None:
    theirs = make_workshop(other_town)
    for actor, error in ((staff(town), NotFound), (actors.guest(town), LoginRequired)):
        with pytest.raises(error):
            images.set_image(actor=actor, workshop_id=theirs.pk, content=picture(), alt="x")
        with pytest.raises(error):
            images.remove_image(actor=actor, workshop_id=theirs.pk)
    with pytest.raises(IllegalStep):
        put(make_workshop(town, state=Workshop.State.ARCHIVED), picture())


def test_by_the_api_and_as_it_is_served(
    desk: APIClient, client: Client, town: Municipality
) -> None:
    workshop = make_workshop(town)
    url = f"{BASE}/workshops/{workshop.pk}/image/"
    file = SimpleUploadedFile("feld.png", picture())
    put_it = desk.put(url, {"image": file, "alt": "Ein Feld"}, format="multipart")
    assert put_it.status_code == 200
    path = put_it.json()["image"].removeprefix("http://127.0.0.1:8000")
    served = client.get(path)
    assert (served.status_code, served["Content-Type"]) == (200, "image/jpeg")
    assert served["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert served["X-Content-Type-Options"] == "nosniff"
    again = client.get(path, headers={"If-None-Match": served["ETag"]})
    assert again.status_code == 304
    assert client.get("/media/workshops/../../settings.py").status_code == 404
    assert client.get(f"/media/workshops/{'0' * 40}.jpg").status_code == 404
    wrong = desk.put(
        url, {"image": SimpleUploadedFile("x.png", b"no"), "alt": "x"}, format="multipart"
    )
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (400, "invalid_image")
    assert desk.put(url, {"alt": "x"}, format="json").status_code == 415
    assert desk.delete(url).status_code == 204
    assert desk.get(f"{BASE}/workshops/{workshop.pk}/").json()["image"] is None
