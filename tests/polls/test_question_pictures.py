"""Pictures and further languages of questions."""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from participation import actors
from participation.errors import InvalidInput, LoginRequired
from participation.models import Municipality
from participation.models.access import Role
from polls import queries
from polls.errors import NothingNext, PictureMissing
from polls.models import Question, SessionEvent
from polls.services import order, questions, rounds, sessions, steering
from polls.services.pictures import Pictures
from polls.services.wording import Wording
from tests.factories import member
from tests.polls.factories import BIKES, Evening, make_evening
from tests.polls.test_api import key_for
from tests.workshops.test_images import bomb, picture

VIEWS = Wording("image", "Welcher Platz?", options=[("Brunnen", ""), ("Bäume", "Trees")])


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def evening(town: Municipality, now: datetime) -> Evening:
    return make_evening(town, now, state="live", wording=VIEWS)


def at(evening: Evening, **more: Any) -> dict[str, Any]:
    given = {"actor": evening.actor, "code": evening.code, "question_id": evening.question.pk}
    return {"changes": {}, **given, **more}


def images_of(question: Question) -> list[str]:
    return [str(option.image.name) for option in question.options.order_by("position")]


def test_pictures_are_made_anew_and_follow_their_options(
    evening: Evening, django_capture_on_commit_callbacks: Any
) -> None:
    red, blue = picture(), picture(color="blue")
    questions.change_question(**at(evening, pictures=Pictures(options={0: red, 1: blue})))
    _fountain, trees = images_of(evening.question)
    with default_storage.open(trees) as file:
        assert Image.open(BytesIO(file.read())).format == "JPEG"
    turned = {"options": [("Bäume", ""), ("Springbrunnen", ""), ("Spielplatz", "")]}
    changed = questions.change_question(**at(evening, changes=turned))
    assert images_of(changed) == [trees, "", ""]
    with django_capture_on_commit_callbacks(execute=True):
        questions.change_question(**at(evening, changes={"text": "Wohin?"}))
    assert default_storage.exists(trees)
    with django_capture_on_commit_callbacks(execute=True):
        questions.remove_question(
            actor=evening.actor, code=evening.code, question_id=evening.question.pk
        )
    assert not default_storage.exists(trees)


def test_a_reworded_option_keeps_its_id_picture_and_languages(evening: Evening) -> None:
    texts = [{"uk": "Фонтан"}, {}]
    questions.change_question(
        **at(
            evening,
            changes={"texts": {"uk": "Яка площа?"}, "option_texts": texts},
            pictures=Pictures(options={0: picture()}),
        )
    )
    before = evening.question.options.order_by("position")[0]
    new = {"options": [("Ein Brunnen", ""), ("Bäume", "")]}
    questions.change_question(**at(evening, changes=new))
    after = evening.question.options.order_by("position")[0]
    assert (after.pk, after.text) == (before.pk, "Ein Brunnen")
    assert (after.image.name, after.texts) == (before.image.name, {"uk": "Фонтан"})
    assert before.image.name


def test_a_picture_of_the_question_needs_words_and_can_go(
    evening: Evening, django_capture_on_commit_callbacks: Any
) -> None:
    with pytest.raises(InvalidInput) as error:
        questions.change_question(**at(evening, pictures=Pictures(question=picture())))
    assert error.value.attr == "image_alt"
    named = {"image_alt": "Der Markt von oben"}
    shown = questions.change_question(
        **at(evening, changes=named, pictures=Pictures(question=picture()))
    )
    name = str(shown.image.name)
    with django_capture_on_commit_callbacks(execute=True):
        gone = questions.change_question(**at(evening, pictures=Pictures(drop=True)))
    assert (gone.image.name, gone.image_alt, default_storage.exists(name)) == ("", "", False)


@pytest.mark.parametrize("content", [b"", b"GIF89a", bomb(), b"<svg xmlns='x'/>"])
def test_no_picture_changes_nothing(evening: Evening, content: bytes) -> None:
    for given, attr in (
        (Pictures(question=content), "image"),
        (Pictures(options={1: content}), "option_images.2"),
    ):
        with pytest.raises(InvalidInput) as error:
            questions.change_question(**at(evening, changes={"image_alt": "x"}, pictures=given))
        assert error.value.attr == attr
    assert images_of(evening.question) == ["", ""]


@pytest.mark.parametrize(
    ("changes", "attr"),
    [
        ({"texts": {"xx": "?"}}, "texts.xx"),
        ({"texts": {"uk": "я" * 301}}, "texts.uk"),
        ({"texts": {"uk": "я\x00"}}, "texts.uk"),
        ({"option_texts": [{"xx": "?"}]}, "option_texts.xx"),
        ({"option_texts": [{}, {}, {}]}, "option_texts"),
        ({"type": "single", "options": [("A", ""), ("B", "")], "option_images": ["x"]}, "option_"),
    ],
)
def test_bad_wordings_name_their_field(
    evening: Evening, changes: dict[str, Any], attr: str
) -> None:
    with pytest.raises(InvalidInput) as error:
        questions.change_question(**at(evening, changes=changes))
    assert error.value.attr.startswith(attr)


def test_a_picture_without_an_option_is_refused(evening: Evening) -> None:
    with pytest.raises(InvalidInput):
        questions.change_question(**at(evening, pictures=Pictures(options={2: picture()})))


def test_yes_and_no_are_known_in_every_language(town: Municipality, now: datetime) -> None:
    wording = Wording("yes_no", "Mehr Bänke?", texts={"tr": "Daha fazla bank?", "ar": ""})
    evening = make_evening(town, now, wording=wording)
    assert evening.question.texts == {"tr": "Daha fazla bank?"}
    texts = evening.question.options.order_by("position").values_list("texts", flat=True)
    assert list(texts) == [{"tr": "Evet"}, {"tr": "Hayır"}, {"tr": "Çekimser"}]


def test_snapshot_and_results_tell_languages_and_pictures(evening: Evening, now: datetime) -> None:
    questions.change_question(
        **at(
            evening,
            changes={"texts": {"pl": "Który plac?"}, "image_alt": "Der Markt"},
            pictures=Pictures(question=picture(), options={0: picture(color="blue"), 1: picture()}),
        )
    )
    rounds.open_round(**evening.at())
    for told in (
        queries.snapshot(evening.session, now=now),
        queries.results(evening.session, evening.actor),
    ):
        (question,) = told["questions"]
        assert question["texts"] == {"pl": "Który plac?"}
        assert question["image"].startswith("/media/live/")
        assert question["image_alt"] == "Der Markt"
        first, second = question["options"]
        assert first["image"].startswith("/media/live/")
        assert second["image"] == question["image"]
        assert second["texts"] == {}


def test_strangers_upload_nothing(evening: Evening) -> None:
    stranger = actors.guest(evening.session.municipality)
    with pytest.raises(LoginRequired):
        questions.change_question(
            **{**at(evening), "actor": stranger, "pictures": Pictures(question=picture())}
        )


def test_by_the_api(client: Client, evening: Evening) -> None:
    api = key_for(evening.session.municipality, evening.now, "live")
    base = f"/api/v1/live/{evening.code}/questions/{evening.question.pk}/"

    def file() -> SimpleUploadedFile:
        return SimpleUploadedFile("x.png", picture(), "image/png")

    put = api.put(f"{base}image/", {"image": file(), "alt": "Der Markt"}, format="multipart")
    assert (put.status_code, put.json()["image_alt"]) == (200, "Der Markt")
    assert client.get(put.json()["image"]).headers["Content-Type"] == "image/jpeg"
    missing = api.put(f"{base}image/", {"alt": "x"}, format="multipart")
    assert missing.status_code == 400
    option = api.put(f"{base}options/2/image/", {"image": file()}, format="multipart")
    assert option.json()["options"][1]["image"] == put.json()["image"]
    for place in (0, 3, 10**12):
        url = f"{base}options/{place}/image/"
        assert api.put(url, {"image": file()}, format="multipart").status_code == 400
    worded = {"texts": {"tr": "Hangi meydan?"}, "option_texts": [{"tr": "Çeşme"}]}
    changed = api.patch(base, worded, format="json").json()
    assert (changed["texts"], changed["options"][0]["texts"]) == (
        {"tr": "Hangi meydan?"},
        {"tr": "Çeşme"},
    )
    wrong = api.patch(base, {"texts": {"xx": "?"}}, format="json")
    assert wrong.json()["errors"][0]["attr"] == "texts.xx"
    assert api.delete(f"{base}image/").status_code == 204
    assert api.get(f"/api/v1/live/{evening.code}/").json()["questions"][0]["image"] is None


PIN = Wording("pin", "Wo?", image_alt="Der Markt")
MAP = Wording("pin", "Wo?", config={"on": "map", "box": [7.7, 51.4, 7.9, 51.5]})


@pytest.mark.parametrize("wording", [VIEWS, PIN])
def test_what_is_answered_on_a_picture_is_not_put_without(
    client: Client, town: Municipality, now: datetime, wording: Wording
) -> None:
    evening = make_evening(town, now, state="live", wording=wording)
    with pytest.raises(PictureMissing) as caught:
        rounds.open_round(**evening.at())
    assert wording.text in str(caught.value.message)
    url = f"/api/v1/live/{evening.code}/rounds/{evening.round.pk}/open/"
    answer = key_for(town, now, "live").post(url)
    assert (answer.status_code, answer.json()["code"]) == (409, "picture_missing")
    client.force_login(member(None, town, Role.FACILITATOR))
    page = client.post(
        reverse("desk_live_step", args=[town.slug, evening.code]),
        {"step": "open", "round": evening.round.pk},
        follow=True,
    )
    assert "fehlt noch ein Bild" in page.content.decode()
    with pytest.raises(NothingNext):
        steering.next_step(actor=evening.actor, code=evening.code, now=now)
    assert queries.session_by_code(evening.code).focus_round_id is None
    evening.round.refresh_from_db()
    assert evening.round.state == "draft"


@pytest.mark.parametrize("wording", [VIEWS, PIN])
def test_others_go_on_without_the_one_that_lacks_a_picture(
    town: Municipality, now: datetime, wording: Wording
) -> None:
    evening = make_evening(town, now, state="live", wording=wording)
    run: dict[str, Any] = {"actor": evening.actor, "code": evening.code, "now": now}
    whole = questions.add_question(actor=evening.actor, code=evening.code, wording=BIKES)
    step = steering.next_step(**run)
    assert (step.name, step.rounds) == ("open", (whole.rounds.get().pk,))


def test_all_open_in_the_order_of_their_questions(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, state="live", wording=VIEWS)
    run: dict[str, Any] = {"actor": evening.actor, "code": evening.code}
    late, early = (questions.add_question(**run, wording=BIKES) for _n in range(2))
    order.move_question(**run, question_id=early.pk, up=True)
    sessions.change_settings(**run, changes={"pace": "own"}, now=now)
    put = [round_.question_id for round_ in steering.open_all(**run, now=now)]
    told = SessionEvent.objects.filter(type="round.opened").order_by("seq")
    assert [event.data["question"]["id"] for event in told] == [early.pk, late.pk]
    assert sorted(put) == [late.pk, early.pk]


def test_one_answer_without_a_picture_is_enough(evening: Evening) -> None:
    questions.change_question(**at(evening, pictures=Pictures(options={0: picture()})))
    with pytest.raises(PictureMissing):
        rounds.open_round(**evening.at())
    questions.change_question(**at(evening, pictures=Pictures(options={1: picture()})))
    assert rounds.open_round(**evening.at()).state == "open"


def test_a_map_needs_no_picture(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, state="live", wording=MAP)
    assert rounds.open_round(**evening.at()).state == "open"
