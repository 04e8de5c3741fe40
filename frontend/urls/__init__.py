"""The website's addresses: German nouns. Towns come last, because any word may be a town."""

from django.urls import include, path

from frontend.urls import (
    account,
    desk_bookings,
    door,
    ideas,
    live,
    network,
    open_days,
    prints,
    programme,
    questions,
    retention,
    workshops,
)

urlpatterns = [
    path("", include(account.urlpatterns)),
    path("", include(network.urlpatterns)),
    path("", include(live.urlpatterns)),
    path("", include(ideas.urlpatterns)),
    path("", include(door.urlpatterns)),
    path("", include(open_days.urlpatterns)),
    path("", include(prints.urlpatterns)),
    path("", include(programme.urlpatterns)),
    path("", include(workshops.urlpatterns)),
    path("", include(desk_bookings.urlpatterns)),
    path("", include(questions.urlpatterns)),
    path("", include(retention.urlpatterns)),
    path("", include(network.town_urlpatterns)),
]
