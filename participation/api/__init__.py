"""REST doors: parse, one service call, answer."""

from participation.api import municipalities

urlpatterns = [*municipalities.urlpatterns]
