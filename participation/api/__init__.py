"""REST doors: parse, one service call, answer."""

from participation.api import devices, ideas, ideas_desk, municipalities

urlpatterns = [
    *municipalities.urlpatterns,
    *ideas.urlpatterns,
    *ideas_desk.urlpatterns,
    *devices.urlpatterns,
]
