from django.urls import path

from frontend.pages import demo, health, legal, network, towns

urlpatterns = [
    path("", network.home, name="home"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("demo/mailbox/", demo.mailbox, name="demo_mailbox"),
    path("demo/mailbox.json", demo.mailbox_json, name="demo_mailbox_json"),
    path("impressum/", legal.imprint, name="imprint"),
    path("datenschutz/", legal.privacy, name="privacy"),
    path("barrierefreiheit/", legal.accessibility, name="accessibility"),
    path("leichte-sprache/", legal.plain_language, name="plain_language"),
    path("gebaerdensprache/", legal.sign_language, name="sign_language"),
]

town_urlpatterns = [
    path("<slug:slug>/", towns.home, name="town"),
    path("<slug:slug>/stil.css", towns.style, name="town_style"),
    path("<slug:slug>/impressum/", legal.town_imprint, name="town_imprint"),
    path("<slug:slug>/datenschutz/", legal.town_privacy, name="town_privacy"),
    path("<slug:slug>/barrierefreiheit/", legal.town_accessibility, name="town_accessibility"),
    path("<slug:slug>/leichte-sprache/", legal.town_plain_language, name="town_plain_language"),
    path("<slug:slug>/gebaerdensprache/", legal.town_sign_language, name="town_sign_language"),
    path("<slug:slug>/verwaltung/", towns.desk, name="desk"),
]
