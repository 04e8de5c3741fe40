from django.urls import path

from frontend.pages import ideas, inbox

ONE = "<slug:slug>/ideen/<str:reference>/"
DESK = "<slug:slug>/verwaltung/ideen/"
WORK = DESK + "<str:reference>/"

urlpatterns = [
    path("idee/bestaetigen/<str:token>/", ideas.idea_confirm, name="idea_confirm"),
    path("idee/abbestellen/<str:token>/", ideas.idea_unfollow, name="idea_unfollow"),
    path("idee/meine/<str:token>/", ideas.idea_own, name="idea_own"),
    path(DESK, inbox.inbox, name="inbox"),
    path(
        "<slug:slug>/verwaltung/mitzeichnungen/<int:signature>/",
        inbox.inbox_sign,
        name="inbox_sign",
    ),
    path(WORK, inbox.inbox_idea, name="inbox_idea"),
    path(WORK + "schritt/", inbox.inbox_step, name="inbox_step"),
    path(WORK + "antwort/", inbox.inbox_response, name="inbox_response"),
    path(WORK + "mitzeichnung/", inbox.inbox_ask_to_sign, name="inbox_ask_to_sign"),
    path(WORK + "notiz/", inbox.inbox_note, name="inbox_note"),
    path(WORK + "zustaendig/", inbox.inbox_assign, name="inbox_assign"),
    path(WORK + "zusammenlegen/", inbox.inbox_merge, name="inbox_merge"),
    path(WORK + "uebergeben/", inbox.inbox_transfer, name="inbox_transfer"),
    path(WORK + "uebergabe/<int:pk>/", inbox.inbox_answer_transfer, name="inbox_answer_transfer"),
    path(WORK + "meldung/<int:pk>/", inbox.inbox_report, name="inbox_report"),
    path("<slug:slug>/ideen/", ideas.ideas, name="ideas"),
    path("<slug:slug>/ideen/neu/", ideas.idea_new, name="idea_new"),
    path(ONE, ideas.idea, name="idea"),
    path(ONE + "eingereicht/", ideas.idea_sent, name="idea_sent"),
    path(ONE + "unterstuetzen/", ideas.idea_support, name="idea_support"),
    path(ONE + "kommentar/", ideas.idea_comment, name="idea_comment"),
    path(ONE + "melden/", ideas.idea_report, name="idea_report"),
]
