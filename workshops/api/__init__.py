"""REST doors: parse, one service call, answer."""

from workshops.api import bookings, door, programme, waiting

urlpatterns = [
    *programme.urlpatterns,
    *bookings.urlpatterns,
    *waiting.urlpatterns,
    *door.urlpatterns,
]
