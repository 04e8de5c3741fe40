"""Pictures of questions and options: made anew before anything is locked, kept with the rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from participation import images
from participation.errors import InvalidInput
from polls.models import Option, Question
from polls.services.wording import Wording

FOLDER = "live"


@dataclass(frozen=True, slots=True)
class Pictures:
    """Uploads that come with a wording: JPEG, PNG or WebP of at most 10 MB and 40 megapixels.

    `options` has them by place, from 0; `drop` takes the question's own picture away.
    """

    question: bytes | None = None
    options: Mapping[int, bytes] = field(default_factory=dict)
    drop: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """The same, as pictures of ours, not stored yet."""

    question: bytes | None
    options: dict[int, bytes]
    drop: bool

    def named_in(self, wording: Wording) -> Wording:
        """The wording with their names. Raises InvalidInput (`option_images`)."""
        if self.drop:
            wording = replace(wording, image="", image_alt="")
        if self.question:
            wording = replace(wording, image=images.name_of(FOLDER, self.question))
        if not self.options:
            return wording
        places = range(len(wording.options))
        if not set(self.options) <= set(places):
            message = _("Zu diesem Bild gehört keine Antwort.")
            raise InvalidInput("option_images", "no_such_option", message)
        names = [*wording.option_images, *[""] * len(places)][: len(places)]
        for place, picture in self.options.items():
            names[place] = images.name_of(FOLDER, picture)
        return replace(wording, option_images=names)

    def keep(self) -> None:
        for picture in (self.question, *self.options.values()):
            if picture:
                images.keep(FOLDER, picture)


def made_anew(given: Pictures | None) -> Made:
    """Raises InvalidInput (`image`, `option_images.<place from 1>`)."""
    if given is None:
        return Made(None, {}, drop=False)
    return Made(
        question=images.made_anew(given.question) if given.question is not None else None,
        options={place: _option(place, given.options[place]) for place in sorted(given.options)},
        drop=given.drop,
    )


def _option(place: int, content: bytes) -> bytes:
    try:
        return images.made_anew(content)
    except InvalidInput as error:
        raise InvalidInput(f"option_images.{place + 1}", error.code, error.message) from error


def names_of(question: Question) -> list[str]:
    """Every picture that it shows."""
    own = Option.objects.filter(question=question).order_by("pk").values_list("image", flat=True)
    return [str(name) for name in (question.image.name, *own) if name]


def drop_unused(names: Iterable[str]) -> None:
    """After the commit, delete the files that no question shows any more: copies share one."""

    def drop() -> None:
        for name in sorted(set(names)):
            shown = Question.objects.filter(image=name).exists()
            if not shown and not Option.objects.filter(image=name).exists():
                default_storage.delete(name)

    transaction.on_commit(drop)
