"""REST doors: parse, one service call, answer."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
