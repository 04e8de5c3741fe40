"""Every address: the API by app, the log-in, the website last."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.decorators.cache import cache_page
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from config import errors

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"

schema = cache_page(300)(SpectacularAPIView.as_view())
# Every page has the switch. It changes the reader's own language and nothing else, so it needs no
# token; a page without a token can be the same for every guest.
language = csrf_exempt(set_language)
docs = SpectacularSwaggerSplitView.as_view(url_name="schema", template_name="api/docs.html")

urlpatterns = [
    path("verwaltung/technik/", admin.site.urls),
    path("konto/", include("allauth.urls")),
    path("api/v1/schema/", schema, name="schema"),
    path("api/v1/docs/", docs, name="api_docs"),
    path("api/v1/", include("participation.api")),
    path("api/v1/", include("workshops.api")),
    path("api/v1/", include("polls.api")),
    re_path(r"^api/", errors.unknown),
    path("sprache/setlang/", language, name="set_language"),
    path("", include("frontend.urls")),
]
