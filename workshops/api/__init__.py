"""REST doors: parse, one service call, answer."""

from workshops.api import bookings, door, places, programme, waiting

urlpatterns = [
    *programme.urlpatterns,
    *places.urlpatterns,
    *bookings.urlpatterns,
    *waiting.urlpatterns,
    *door.urlpatterns,
]
