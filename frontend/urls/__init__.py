"""The website's addresses: German nouns. Towns come last, because any word may be a town."""

from django.urls import include, path

from frontend.urls import account, ideas, live, network, workshops

urlpatterns = [
    path("", include(account.urlpatterns)),
    path("", include(network.urlpatterns)),
    path("", include(live.urlpatterns)),
    path("", include(ideas.urlpatterns)),
    path("", include(workshops.urlpatterns)),
    path("", include(network.town_urlpatterns)),
]
