"""Paired devices: made at the desk, paired once by a QR code, for one town's doors alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone
from rest_framework.test import APIClient

from participation import actors, secrets
from participation.actors import Actor
from participation.errors import InvalidInput, LoginRequired, NotAllowed, NotFound, RuleBroken
from participation.models import Device, Municipality
from participation.models.access import Role
from participation.queries import devices as stored
from participation.services import devices
from tests.factories import member
from tests.workshops.factories import make_key, make_slot

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk(town: Municipality) -> Actor:
    return actors.system(town)


@pytest.fixture
def waiting(desk: Actor) -> Device:
    return devices.create_device(actor=desk, name=" Handy  am Tor ", now=NOW)


def pair(device: Device, now: datetime = NOW, **more: Any) -> tuple[Device, str]:
    return devices.pair_device(token=devices.pairing_token(device), now=now, **more)


class TestPairing:
    def test_once(self, waiting: Device, town: Municipality) -> None:
        assert (waiting.name, waiting.paired_at) == ("Handy am Tor", None)
        device, secret = pair(waiting)
        assert device.pk == waiting.pk
        assert device.paired_at == NOW
        assert actors.find_device(secret) == device
        assert secret not in Device.objects.values().get().values()
        with pytest.raises(devices.PairingUsed):
            pair(waiting)
        with pytest.raises(devices.PairingUsed):
            devices.find_pairing(token=devices.pairing_token(waiting), now=NOW)

    def test_a_double_tap_gives_the_same_answer(self, waiting: Device) -> None:
        first = pair(waiting, attempt="a" * 32)
        assert pair(waiting, attempt="a" * 32) == first
        with pytest.raises(devices.PairingUsed):
            pair(waiting, attempt="b" * 32)

    def test_not_after_fifteen_minutes(self, desk: Actor, waiting: Device) -> None:
        late = NOW + 15 * MINUTE
        with pytest.raises(devices.PairingExpired):
            pair(waiting, late)
        renewed = devices.renew_pairing(actor=desk, device_id=waiting.pk, now=late)
        with pytest.raises(devices.UnknownPairing):
            pair(waiting, late)
        assert pair(renewed, late)[0] == waiting
        with pytest.raises(devices.PairingUsed):
            devices.renew_pairing(actor=desk, device_id=waiting.pk, now=late)

    def test_not_what_is_unknown_revoked_or_of_a_closed_town(
        self, desk: Actor, waiting: Device, town: Municipality
    ) -> None:
        with pytest.raises(devices.UnknownPairing):
            devices.pair_device(token="x", now=NOW)
        town.state = Municipality.State.ARCHIVED
        town.save()
        with pytest.raises(devices.UnknownPairing):
            pair(waiting)
        town.state = Municipality.State.ACTIVE
        town.save()
        devices.revoke_device(actor=desk, device_id=waiting.pk, now=NOW)
        with pytest.raises(devices.UnknownPairing):
            pair(waiting)


class TestLife:
    def test_renamed_and_revoked(self, desk: Actor, waiting: Device) -> None:
        _device, secret = pair(waiting)
        devices.rename_device(actor=desk, device_id=waiting.pk, name="Tor Nord")
        assert [row.name for row in stored.devices(desk, NOW)] == ["Tor Nord"]
        devices.revoke_device(actor=desk, device_id=waiting.pk, now=NOW)
        again = devices.revoke_device(actor=desk, device_id=waiting.pk, now=NOW + MINUTE)
        assert again.revoked_at == NOW
        assert actors.find_device(secret) is None
        assert stored.devices(desk, NOW + timedelta(days=29)).count() == 1
        assert not stored.devices(desk, NOW + timedelta(days=30))

    @pytest.mark.parametrize("name", ["", "  ", "\x07", "x" * 81])
    def test_bad_names(self, desk: Actor, waiting: Device, name: str) -> None:
        with pytest.raises(InvalidInput):
            devices.create_device(actor=desk, name=name, now=NOW)
        with pytest.raises(InvalidInput):
            devices.rename_device(actor=desk, device_id=waiting.pk, name=name)

    def test_seen_once_a_minute(self, waiting: Device) -> None:
        device, _secret = pair(waiting)
        for late, seen in ((59, NOW), (60, NOW + MINUTE), (90, NOW + MINUTE)):
            device.refresh_from_db()
            devices.note_seen(device, NOW + timedelta(seconds=late))
            device.refresh_from_db()
            assert device.last_seen_at == seen

    def test_strangers(self, desk: Actor, waiting: Device, other_town: Municipality) -> None:
        town = desk.town
        volunteer = actors.for_user(member(None, town, Role.DOOR), town, NOW)
        for actor, error in (
            (actors.guest(town), LoginRequired),
            (volunteer, NotAllowed),
            (actors.system(other_town), NotFound),
        ):
            with pytest.raises(error):
                devices.rename_device(actor=actor, device_id=waiting.pk, name="x")
            with pytest.raises(error):
                devices.renew_pairing(actor=actor, device_id=waiting.pk, now=NOW)
            with pytest.raises(error):
                devices.revoke_device(actor=actor, device_id=waiting.pk, now=NOW)
            with pytest.raises(error):
                stored.device(actor, waiting.pk)
        assert not stored.devices(actors.system(other_town), NOW)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_phones_and_one_code(transactional_db: None, town: Municipality) -> None:
    device = devices.create_device(actor=actors.system(town), name="Tor", now=NOW)
    barrier = Barrier(2)

    def tap() -> str:
        barrier.wait(timeout=20)
        try:
            return pair(device)[1]
        except RuleBroken as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = [job.result(timeout=30) for job in [pool.submit(tap), pool.submit(tap)]]
    assert answers.count("pairing_used") == 1
    (secret,) = [answer for answer in answers if answer != "pairing_used"]
    assert actors.find_device(secret) == device


class TestPages:
    @pytest.fixture
    def staff(self, client: Client, town: Municipality) -> Client:
        client.force_login(
            member(None, town, Role.FACILITATOR), "django.contrib.auth.backends.ModelBackend"
        )
        return client

    @pytest.fixture
    def phone(self) -> Client:
        return Client()

    def pairing_path(self) -> str:
        return f"/geraet/{devices.pairing_token(Device.objects.get())}/"

    def test_from_the_desk_to_the_door(
        self, staff: Client, phone: Client, town: Municipality
    ) -> None:
        slot = make_slot(town, starts_at=timezone.now() + timedelta(hours=1))
        made = staff.post("/menden/verwaltung/geraete/", {"name": "Handy am Tor"}, follow=True)
        assert "<svg" in made.content.decode()
        asked = phone.get(self.pairing_path())
        assert "„Handy am Tor“" in asked.content.decode()
        answer = phone.post(self.pairing_path(), {"attempt": asked.context["attempt"]})
        assert answer.headers["Location"] == "/menden/einlass/"
        cookie = answer.cookies["door_device"]
        assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", "")
        assert cookie["max-age"] == 365 * 24 * 3600
        door = phone.get("/menden/einlass/")
        assert f"/menden/einlass/{slot.pk}/" in door.content.decode()
        assert "/menden/verwaltung/" not in door.content.decode()
        assert phone.get(f"/menden/einlass/{slot.pk}/").status_code == 200
        assert phone.get("/menden/verwaltung/", follow=False).status_code == 302
        shown = staff.get(f"/menden/verwaltung/geraete/{Device.objects.get().pk}/")
        assert "<svg" not in shown.content.decode().partition("<h1")[2]
        assert phone.post(self.pairing_path()).status_code == 409

    def test_revoked_is_out_at_once(self, staff: Client, phone: Client, town: Municipality) -> None:
        staff.post("/menden/verwaltung/geraete/", {"name": "Tor"})
        phone.post(self.pairing_path())
        assert phone.get("/menden/einlass/").status_code == 200
        pk = Device.objects.get().pk
        staff.post(f"/menden/verwaltung/geraete/{pk}/entziehen/")
        page = phone.get("/menden/einlass/")
        assert page.status_code == 403
        assert "nicht mehr gekoppelt" in page.content.decode()

    def test_another_towns_doors_stay_shut(
        self, staff: Client, phone: Client, other_town: Municipality
    ) -> None:
        staff.post("/menden/verwaltung/geraete/", {"name": "Tor"})
        phone.post(self.pairing_path())
        assert phone.get(f"/{other_town.slug}/einlass/").status_code == 403

    def test_a_person_who_is_logged_in_stays_that_person(
        self, staff: Client, phone: Client, town: Municipality
    ) -> None:
        staff.post("/menden/verwaltung/geraete/", {"name": "Tor"})
        phone.post(self.pairing_path())
        phone.force_login(
            member(None, town, Role.MODERATOR), "django.contrib.auth.backends.ModelBackend"
        )
        assert phone.get("/menden/einlass/").status_code == 403

    def test_refusals_say_why(self, staff: Client, phone: Client) -> None:
        staff.post("/menden/verwaltung/geraete/", {"name": "Tor"})
        assert phone.get("/geraet/unbekannt/").status_code == 404
        Device.objects.update(pairing_expires_at=timezone.now() - MINUTE)
        path = self.pairing_path()
        Device.objects.update(pairing_hash=secrets.hashed(path.split("/")[2]))
        assert phone.get(path).status_code == 410
        pk = Device.objects.get().pk
        late = staff.get(f"/menden/verwaltung/geraete/{pk}/").content.decode()
        assert "abgelaufen" in late
        staff.post(f"/menden/verwaltung/geraete/{pk}/neuer-code/")
        assert phone.get(self.pairing_path()).status_code == 200
        empty = staff.post("/menden/verwaltung/geraete/", {"name": ""})
        assert empty.status_code == 422

    @override_settings(RATE_LIMITS=True)
    def test_guessing_is_limited(self, phone: Client, town: Municipality) -> None:
        answers = [phone.get("/geraet/x/").status_code for _ in range(121)]
        assert (answers[119], answers[120]) == (404, 429)

    def test_the_list_takes_the_same_statements_for_1_and_30(
        self, staff: Client, desk: Actor, django_assert_num_queries: Any
    ) -> None:
        """Session, person, municipality, roles, number of devices, devices."""
        devices.create_device(actor=desk, name="Tor 0", now=NOW)
        with django_assert_num_queries(6):
            staff.get("/menden/verwaltung/geraete/")
        for number in range(1, 30):
            devices.create_device(actor=desk, name=f"Tor {number}", now=NOW)
        with django_assert_num_queries(6):
            staff.get("/menden/verwaltung/geraete/")


class TestApi:
    URL = "/api/v1/municipalities/menden/devices/"

    @pytest.fixture
    def desk_api(self, town: Municipality) -> APIClient:
        api = APIClient()
        api.credentials(HTTP_AUTHORIZATION=make_key(town, "desk"))
        return api

    def test_the_whole_life(self, desk_api: APIClient, api: APIClient, town: Municipality) -> None:
        made = desk_api.post(self.URL, {"name": "Tor"}, format="json").json()
        assert made["state"] == "waiting"
        assert made["pairing_url"].endswith(f"/geraet/{made['pairing_token']}/")
        url = f"{self.URL}{made['id']}/"
        renewed = desk_api.post(f"{url}renew/").json()
        old = api.post("/api/v1/devices/pair/", {"token": made["pairing_token"]}, format="json")
        assert (old.status_code, old.json()["code"]) == (404, "pairing_unknown")
        body = {"token": renewed["pairing_token"]}
        paired = api.post("/api/v1/devices/pair/", body, format="json")
        assert (paired.status_code, paired.json()["municipality"]) == (201, "menden")
        again = api.post("/api/v1/devices/pair/", body, format="json")
        assert (again.status_code, again.json()["code"]) == (409, "pairing_used")
        phone = APIClient()
        phone.credentials(HTTP_AUTHORIZATION=f"Device {paired.json()['token']}")
        slot = make_slot(town)
        door = f"/api/v1/municipalities/menden/slots/{slot.pk}/door/"
        assert phone.get(door).status_code == 200
        assert phone.get(self.URL).status_code == 403
        renamed = desk_api.patch(url, {"name": "Nord"}, format="json").json()
        assert (renamed["name"], renamed["state"]) == ("Nord", "paired")
        assert desk_api.post(f"{url}revoke/").json()["state"] == "revoked"
        assert phone.get(door).status_code == 401
        assert [row["id"] for row in desk_api.get(self.URL).json()["results"]] == [made["id"]]
        assert desk_api.get(url).json()["state"] == "revoked"

    @pytest.mark.parametrize("body", [{}, {"name": None}, {"name": []}, {"name": "x" * 81}, []])
    def test_bad_bodies(self, desk_api: APIClient, body: Any) -> None:
        assert desk_api.post(self.URL, body, format="json").status_code == 400
        assert desk_api.post("/api/v1/devices/pair/", body, format="json").status_code == 400

    def test_a_paired_browser_needs_the_csrf_token(
        self, desk_api: APIClient, town: Municipality
    ) -> None:
        made = desk_api.post(self.URL, {"name": "Tor"}, format="json").json()
        _device, secret = devices.pair_device(token=made["pairing_token"], now=timezone.now())
        browser = APIClient(enforce_csrf_checks=True)
        browser.cookies["door_device"] = secret
        slot = make_slot(town)
        url = f"/api/v1/municipalities/menden/slots/{slot.pk}/"
        assert browser.get(f"{url}door/").status_code == 200
        assert browser.get(self.URL).status_code == 401
        body = {"party_size": 1}
        assert browser.post(f"{url}walk-ins/", body, format="json").status_code == 403
        browser.get(f"/menden/einlass/{slot.pk}/")
        token = browser.cookies["csrftoken"].value
        answer = browser.post(
            f"{url}walk-ins/", body, format="json", headers={"X-CSRFToken": token}
        )
        assert answer.status_code in (201, 409)
