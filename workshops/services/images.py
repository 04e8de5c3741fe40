"""Pictures of offers."""

from django.core.files.storage import default_storage
from django.db import transaction

from participation import images
from participation.actors import Actor
from participation.images import MAX_ALT
from workshops import policy
from workshops.errors import IllegalStep
from workshops.models import Workshop
from workshops.services.parties import clean_line
from workshops.services.programme import locked_workshop

FOLDER = "workshops"


def set_image(*, actor: Actor, workshop_id: int, content: bytes, alt: str) -> Workshop:
    """Give the offer or template this picture, in place of the one it has.

    `content` is a JPEG, PNG or WebP of at most 10 MB and 40 megapixels. It is turned as its camera
    said, made smaller (1,600 pixels at most) and stored as JPEG without any metadata, named by
    what it shows: the same picture is stored once. Locks the workshop. Raises NotFound,
    InvalidInput (`image`, `alt`), IllegalStep for an archived one.
    """
    policy.run_programme(actor)
    alt = clean_line("alt", alt, required=True, longest=MAX_ALT)
    picture = images.made_anew(content)
    with transaction.atomic():
        workshop = locked_workshop(actor, workshop_id, templates=True)
        if workshop.state == Workshop.State.ARCHIVED:
            raise IllegalStep
        name = images.keep(FOLDER, picture)
        before, workshop.image.name, workshop.image_alt = workshop.image.name, name, alt
        workshop.save(update_fields=["image", "image_alt"])
        _drop_if_unused(before)
    return workshop


@transaction.atomic
def remove_image(*, actor: Actor, workshop_id: int) -> Workshop:
    """Locks the workshop. Raises NotFound."""
    policy.run_programme(actor)
    workshop = locked_workshop(actor, workshop_id, templates=True)
    before, workshop.image.name, workshop.image_alt = workshop.image.name, "", ""
    workshop.save(update_fields=["image", "image_alt"])
    _drop_if_unused(before)
    return workshop


def _drop_if_unused(name: str | None) -> None:
    """Copies of an offer show the same file; it goes with the last of them."""

    def drop() -> None:
        if name and not Workshop.objects.filter(image=name).exists():
            default_storage.delete(name)

    transaction.on_commit(drop)
