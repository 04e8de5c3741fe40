"""Duplicates, templates, pictures and previews at the desk."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from participation.models import Municipality
from tests.factories import make_theme, member
from tests.workshops.factories import make_slot, make_workshop
from workshops.models import Slot, Workshop

DESK = "/menden/verwaltung"


@pytest.fixture
def desk(client: Client, town: Municipality) -> Client:
    client.force_login(member(None, town))
    return client


def test_a_draft_is_seen_as_the_public_will(
    desk: Client, town: Municipality, other_town: Municipality
) -> None:
    draft = make_workshop(town, title="Löten", state=Workshop.State.DRAFT)
    url = f"{DESK}/angebote/{draft.pk}/vorschau/"
    shown = desk.get(url).content.decode()
    assert "Noch sieht es nur die Verwaltung" in shown
    assert "ld+json" not in shown
    desk.logout()
    assert desk.get(url)["Location"].startswith("/konto/login/")
    theirs = make_workshop(other_town)
    desk.force_login(member(None, town))
    assert desk.get(f"{DESK}/angebote/{theirs.pk}/vorschau/").status_code == 404


def test_the_preview_hides_drafts_of_dates(desk: Client, town: Municipality) -> None:
    offer = make_workshop(town, state=Workshop.State.DRAFT)
    start = timezone.now().replace(year=2090, month=5, day=4, hour=12)
    make_slot(town, workshop=offer, starts_at=start, state=Slot.State.DRAFT)
    url = f"{DESK}/angebote/{offer.pk}/vorschau/"
    assert "4. Mai 2090" not in desk.get(url).content.decode()
    Slot.objects.update(state=Slot.State.OPEN)
    assert "4. Mai 2090" in desk.get(url).content.decode()


def test_from_copy_to_template_to_draft(desk: Client, town: Municipality) -> None:
    offer = make_workshop(town, title="Löten")
    copied = desk.post(f"{DESK}/angebote/{offer.pk}/kopie/", {"step": "copy"}, follow=True)
    assert "Löten (Kopie)" in copied.content.decode()
    shown = desk.post(f"{DESK}/angebote/{offer.pk}/kopie/", {"step": "template"}, follow=True)
    assert "Im Netzwerk teilen" in shown.content.decode()
    template = Workshop.objects.get(is_template=True)
    step = f"{DESK}/vorlagen/{template.pk}/"
    shared = desk.post(step, {"step": "share"}, follow=True)
    assert "Nicht mehr teilen" in shared.content.decode()
    desk.post(step, {"step": "unshare"})
    used = desk.post(step, {"step": "use"})
    draft = Workshop.objects.latest("pk")
    assert used["Location"] == f"{DESK}/angebote/{draft.pk}/aendern/"
    edited = desk.get(f"{DESK}/angebote/{template.pk}/aendern/")
    assert edited.status_code == 200
    gone = desk.post(step, {"step": "retire"}, follow=True)
    assert "Noch keine Vorlage" in gone.content.decode()


def test_a_theme_of_ones_own_is_not_shared(desk: Client, town: Municipality) -> None:
    own = make_workshop(town, theme=make_theme("bergbau", town), is_template=True)
    shown = desk.post(f"{DESK}/vorlagen/{own.pk}/", {"step": "share"}, follow=True)
    assert "gibt es nur bei Ihnen" in shown.content.decode()


def test_other_towns_rows_are_not_found(
    desk: Client, town: Municipality, other_town: Municipality
) -> None:
    theirs = make_workshop(other_town)
    private = make_workshop(other_town, is_template=True)
    shared = make_workshop(other_town, title="Geteilt", is_template=True, is_shared=True)
    assert "Geteilt" in desk.get(f"{DESK}/vorlagen/").content.decode()
    for path, body in (
        (f"angebote/{theirs.pk}/kopie/", {}),
        (f"vorlagen/{private.pk}/", {"step": "use"}),
        (f"vorlagen/{shared.pk}/", {"step": "unshare"}),
        (f"vorlagen/{shared.pk}/", {"step": "retire"}),
        (f"angebote/{theirs.pk}/bild/", {"step": "remove"}),
    ):
        assert desk.post(f"{DESK}/{path}", body).status_code == 404


def test_a_picture_is_uploaded_shown_and_removed(
    desk: Client, town: Municipality, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    offer = make_workshop(town)
    url = f"{DESK}/angebote/{offer.pk}/bild/"
    made = BytesIO()
    Image.new("RGB", (40, 20), "red").save(made, "PNG")
    file = SimpleUploadedFile("feld.png", made.getvalue())
    assert desk.post(url, {"image": file, "alt": ""}).status_code == 422
    broken = SimpleUploadedFile("feld.png", b"kein Bild")
    wrong = desk.post(url, {"image": broken, "alt": "Ein Feld"})
    assert "kein Bild, das wir lesen" in wrong.content.decode()
    file.seek(0)
    desk.post(url, {"image": file, "alt": "Ein rotes Feld"})
    shown = desk.get(f"/menden/angebote/{offer.pk}/").content.decode()
    assert 'alt="Ein rotes Feld"' in shown
    desk.post(url, {"step": "remove"})
    offer.refresh_from_db()
    assert not offer.image
