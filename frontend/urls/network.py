from django.urls import path

from frontend.pages import network

urlpatterns = [
    path("", network.home, name="home"),
    path("<slug:slug>/", network.town, name="town"),
]
