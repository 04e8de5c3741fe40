from django.urls import path

from frontend.pages import desk_door, devices

urlpatterns = [
    path("geraet/<str:token>/", devices.pair, name="device_pair"),
    path("<slug:slug>/verwaltung/geraete/", devices.devices, name="desk_devices"),
    path("<slug:slug>/verwaltung/geraete/<int:device>/", devices.device, name="desk_device"),
    path(
        "<slug:slug>/verwaltung/geraete/<int:device>/neuer-code/",
        devices.renew,
        name="desk_device_renew",
    ),
    path(
        "<slug:slug>/verwaltung/geraete/<int:device>/entziehen/",
        devices.revoke,
        name="desk_device_revoke",
    ),
    path("<slug:slug>/verwaltung/orte/<int:pk>/eingaenge/", desk_door.gates, name="desk_gates"),
    path(
        "<slug:slug>/verwaltung/orte/<int:pk>/eingaenge/<int:gate>/",
        desk_door.change_gate,
        name="desk_gate",
    ),
    path("<slug:slug>/einlass/<int:pk>/doppelt/", desk_door.conflicts, name="door_conflicts"),
    path(
        "<slug:slug>/einlass/<int:pk>/doppelt/<int:refused>/",
        desk_door.refused_walk_in,
        name="door_refused_walk_in",
    ),
    path(
        "<slug:slug>/einlass/<int:pk>/doppelt/scans/<int:conflict>/",
        desk_door.settle_conflict,
        name="door_conflict_settle",
    ),
]
