from django.urls import path

from frontend.pages import accounts

urlpatterns = [
    path("konto/", accounts.account, name="account"),
]
