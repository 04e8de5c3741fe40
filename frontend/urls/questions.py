from django.urls import path

from frontend.pages import desk_changes, desk_questions

DESK = "<slug:slug>/verwaltung/"

urlpatterns = [
    path(f"{DESK}angebote/<int:pk>/fragen/", desk_questions.questions, name="desk_questions"),
    path(f"{DESK}fragen/<int:pk>/", desk_questions.question, name="desk_question"),
    path(
        f"{DESK}fragen/<int:pk>/schritt/", desk_questions.question_step, name="desk_question_step"
    ),
    path(f"{DESK}buchungen/<str:code>/aendern/", desk_changes.change, name="desk_change"),
    path(f"{DESK}buchungen/<str:code>/termin/", desk_changes.move, name="desk_move"),
]
