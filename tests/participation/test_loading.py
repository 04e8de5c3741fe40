"""The project's own copy of the region's data, loaded as often as one likes."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.test import Client

from participation.errors import InvalidInput
from participation.models import Accession, Municipality, Theme, User
from participation.services import municipalities

pytestmark = pytest.mark.django_db


@pytest.fixture
def region(db: None) -> None:
    municipalities.load_municipalities()


def joined(kind: str, partner: str) -> set[str]:
    return set(
        Municipality.objects.filter(accessions__kind=kind, accessions__partner=partner).values_list(
            "slug", flat=True
        )
    )


def test_all_in_five_districts(region: None) -> None:
    districts = Municipality.objects.order_by("district").values_list("district", flat=True)
    sizes = {district: list(districts).count(district) for district in set(districts)}
    assert sorted(sizes.values()) == [7, 11, 12, 14, 15]


def test_who_has_joined_what(region: None) -> None:
    assert joined(Accession.Kind.STRATEGY, Accession.Partner.PIONEER) == {
        "arnsberg",
        "bad-berleburg",
        "menden",
        "olpe",
        "soest",
    }
    assert joined(Accession.Kind.STRATEGY, Accession.Partner.MEMBER) == {
        "attendorn",
        "brilon",
        "burbach",
        "drolshagen",
        "hemer",
        "iserlohn",
        "lippstadt",
        "luedenscheid",
        "plettenberg",
        "siegen",
        "wenden",
        "werdohl",
        "werl",
        "winterberg",
    }
    assert joined(Accession.Kind.SCHOOL, Accession.Partner.MEMBER) == {"brilon", "marsberg"}


def test_loading_again_changes_nothing(region: None) -> None:
    tables = (Municipality, Accession, Theme)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    assert municipalities.load_municipalities() == 59
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before


def test_a_town_s_own_choices_stay_and_facts_are_put_right(region: None) -> None:
    Municipality.objects.filter(slug="menden").update(
        brand_color="#aa0033", claim="Stadt an der Hönne", state="active", population=1
    )
    menden = Municipality.objects.get(slug="menden")
    Accession.objects.filter(municipality=menden).update(document_url="https://a.example/")
    call_command("load_municipalities", verbosity=0)
    menden = Municipality.objects.get(slug="menden")
    assert (menden.brand_color, menden.claim, menden.state) == (
        "#aa0033",
        "Stadt an der Hönne",
        "active",
    )
    assert menden.population > 50_000
    assert menden.accessions.get().document_url == "https://a.example/"


def test_names_are_as_people_say_them(region: None) -> None:
    menden = Municipality.objects.get(slug="menden")
    assert (menden.name, menden.official_name) == ("Menden", "Stadt Menden (Sauerland)")
    printed = Municipality.objects.filter(slug__in=("attendorn", "ense")).order_by("slug")
    assert [town.official_name for town in printed] == ["Hansestadt Attendorn", "Gemeinde Ense"]
    assert len(set(Municipality.objects.values_list("code", flat=True))) == 59


def test_opening_a_town(region: None) -> None:
    menden = Municipality.objects.get(slug="menden")
    assert not menden.is_active
    now = datetime(2026, 11, 1, tzinfo=UTC)
    opened = municipalities.activate_municipality(municipality_id=menden.pk, now=now)
    assert opened.is_active
    assert Municipality.objects.get(slug="menden").is_active


@pytest.mark.parametrize(
    ("color", "code"), [("#ffffff", "illegible_color"), ("rot", "invalid_color")]
)
def test_a_colour_nobody_can_read_is_not_taken(region: None, color: str, code: str) -> None:
    menden = Municipality.objects.get(slug="menden")
    with pytest.raises(InvalidInput) as refusal:
        municipalities.present_municipality(
            municipality_id=menden.pk, brand_color=color, claim="Neu"
        )
    assert (refusal.value.attr, refusal.value.code) == ("brand_color", code)
    assert Municipality.objects.get(slug="menden").claim == menden.claim


def test_the_operator_writes_a_town_s_texts(region: None, client: Client) -> None:
    client.force_login(
        User.objects.create_superuser("root@example.org", "sommer-im-sauerland"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    menden = Municipality.objects.get(slug="menden")
    path = f"/verwaltung/technik/participation/municipality/{menden.pk}/change/"
    page = client.post(path, {"brand_color": "#ffffff", "claim": "Neu"})
    assert "zu blass" in page.content.decode()
    assert client.post(path, {"brand_color": "#aa0033", "claim": "Neu"}).status_code == 302
    menden.refresh_from_db()
    assert (menden.brand_color, menden.claim) == ("#aa0033", "Neu")
    assert menden.population > 50_000
