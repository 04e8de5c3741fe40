"""The network's pages: all municipalities together, and the home page of each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from frontend.town import town_page
from participation.actors import Actor


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "network/home.html")


@town_page()
def town(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "network/town.html")
