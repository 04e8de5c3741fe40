from django.urls import path

from frontend.pages import accounts, team

urlpatterns = [
    path("konto/", accounts.account, name="account"),
    path("konto/einladung/<str:token>/", accounts.invitation, name="invitation"),
    path("<slug:slug>/verwaltung/team/", team.team, name="desk_team"),
    path(
        "<slug:slug>/verwaltung/team/<int:membership>/beenden/",
        team.end_membership,
        name="desk_team_end",
    ),
    path(
        "<slug:slug>/verwaltung/einladungen/<int:invitation>/zurueckziehen/",
        team.withdraw_invitation,
        name="desk_invitation_withdraw",
    ),
]
