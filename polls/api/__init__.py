"""REST doors: parse, one service call, answer."""

from django.urls import path

from polls.api import rounds, sessions, voting

urlpatterns = [
    path("municipalities/<slug:slug>/live/", sessions.SessionsView.as_view()),
    path("live/<str:code>/", voting.SnapshotView.as_view()),
    path("live/<str:code>/questions/", sessions.QuestionsView.as_view()),
    path("live/<str:code>/questions/<int:question_id>/", sessions.QuestionView.as_view()),
    path("live/<str:code>/start/", sessions.StartView.as_view()),
    path("live/<str:code>/end/", sessions.EndView.as_view()),
    path("live/<str:code>/publish/", sessions.PublishView.as_view()),
    path("live/<str:code>/codes/", sessions.AccessCodesView.as_view()),
    path("live/<str:code>/seats/", voting.SeatsView.as_view()),
    path("live/<str:code>/ballots/", voting.BallotsView.as_view()),
    path("live/<str:code>/results/", voting.ResultsView.as_view()),
    path("live/<str:code>/rounds/<int:round_id>/open/", rounds.OpenView.as_view()),
    path("live/<str:code>/rounds/<int:round_id>/close/", rounds.CloseView.as_view()),
    path("live/<str:code>/rounds/<int:round_id>/reveal/", rounds.RevealView.as_view()),
    path("live/<str:code>/rounds/<int:round_id>/hide/", rounds.HideView.as_view()),
    path("live/<str:code>/rounds/<int:round_id>/again/", rounds.AgainView.as_view()),
    path("records/<str:sha256>/", voting.RecordView.as_view()),
]
