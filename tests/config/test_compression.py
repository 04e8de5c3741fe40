"""What goes over the wire compressed, and what it is once unpacked."""

import gzip
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import caches
from django.templatetags.static import static
from django.test import Client
from django_vite.core.asset_loader import DjangoViteAssetLoader

from participation.models import Municipality

TAKES_GZIP = {"Accept-Encoding": "gzip, deflate, br"}
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/menden/", "/menden/ideen/neu/", "/api/v1/municipalities/menden/", "/gibt/es/nicht/"]
)
def test_pages_and_answers(client: Client, town: Municipality, path: str) -> None:
    plain = client.get(path)
    packed = client.get(path, headers=TAKES_GZIP)
    assert "Content-Encoding" not in plain.headers
    assert packed["Content-Encoding"] == "gzip"
    assert packed["Content-Length"] == str(len(packed.content))
    assert len(packed.content) < len(plain.content)
    assert "Accept-Encoding" in packed["Vary"]
    # Its tokens are masked anew each time.
    assert gzip.decompress(packed.content)[:400] == plain.content[:400]


def test_a_kept_page_is_kept_as_it_leaves(
    client: Client, town: Municipality, settings: Any, django_assert_num_queries: Any
) -> None:
    settings.GUEST_PAGE_SECONDS = 60
    caches["guest_pages"].clear()
    plain = client.get("/menden/")
    with django_assert_num_queries(0):
        packed = client.get("/menden/", headers=TAKES_GZIP)
        again = client.get("/menden/", headers=TAKES_GZIP)
        known = {**TAKES_GZIP, "If-None-Match": plain["ETag"]}
        assert client.get("/menden/", headers=known).status_code == 304
    caches["guest_pages"].clear()
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert again.content == packed.content
    assert packed["ETag"] == plain["ETag"]


def test_the_length_of_a_page_with_secrets_tells_nothing(
    client: Client, town: Municipality
) -> None:
    """Django adds random bytes to each answer (against the attack BREACH)."""
    pages = [client.get("/konto/login/", headers=TAKES_GZIP) for _ in range(12)]
    assert len({len(page.content) for page in pages}) > 1


def test_what_is_short_stays(client: Client) -> None:
    assert "Content-Encoding" not in client.get("/healthz", headers=TAKES_GZIP).headers


def test_the_style_sheet_leaves_compressed(client: Client) -> None:
    """From the file the build wrote beside it, not by compressing it once more."""
    [tag] = [
        asset
        for asset in DjangoViteAssetLoader.instance()
        .generate_vite_asset("frontend/ts/main.ts")
        .split('"')
        if asset.endswith(".css")
    ]
    name = tag.removeprefix(static(""))
    path = finders.find(name)
    assert path is not None
    answer: Any = client.get(tag, headers=TAKES_GZIP)
    content = b"".join(answer.streaming_content)
    assert answer["Content-Encoding"] == "gzip"
    with open(f"{path}.gz", "rb") as file:
        assert file.read() == content
    with open(path, "rb") as file:
        assert file.read() == gzip.decompress(content)
    assert "Content-Encoding" not in client.get(tag).headers
