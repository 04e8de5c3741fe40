"""Every address: the API by app, the log-in, the website last."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

urlpatterns = [
    path("verwaltung/technik/", admin.site.urls),
    path("konto/", include("allauth.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/v1/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="api_docs"),
    path("api/v1/", include("participation.api")),
    path("api/v1/", include("workshops.api")),
    path("api/v1/", include("polls.api")),
    path("sprache/", include("django.conf.urls.i18n")),
    path("", include("frontend.urls")),
]
