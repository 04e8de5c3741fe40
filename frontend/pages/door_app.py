"""The door as an app on the phone's home screen, which opens without a network."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend import built_files
from frontend.offline import worker_script
from frontend.town import town_page
from participation.actors import Actor

ISLANDS = ("frontend/ts/main.ts", "frontend/ts/door.ts")
ICONS = (("icons/einlass-192.png", "192x192", "any"), ("icons/einlass-512.png", "512x512", "any"))
MASKABLE = ("icons/einlass-maskable-512.png", "512x512", "maskable")


@require_safe
@town_page()
def manifest(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the phone needs to install the door: public, and nobody's data."""
    scope = reverse("door", args=[actor.town.slug])
    about = {
        "id": scope,
        "name": _("Einlass %(town)s") % {"town": actor.town.name},
        "short_name": _("Einlass"),
        "lang": get_language(),
        "start_url": scope,
        "scope": scope,
        "display": "standalone",
        "background_color": "#0b1d2c",
        "theme_color": actor.town.brand_color,
        "icons": [
            {"src": static(path), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for path, sizes, purpose in (*ICONS, MASKABLE)
        ],
    }
    answer = JsonResponse(about, content_type="application/manifest+json")
    answer["Cache-Control"] = "no-cache"
    return answer


@require_safe
@town_page()
def worker(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The service worker; another colour of the town makes it another version, too."""
    files = [
        *built_files.of(ISLANDS),
        static("favicon.svg"),
        reverse("town_style", args=[actor.town.slug]),
    ]
    return worker_script(
        family=f"einlass-{actor.town.slug}-",
        files=files,
        pages=r"/einlass/(\d+/)?$",
        more=actor.town.brand_color,
    )
