"""The client's addresses, the interpreter's, and the handed-over tablet's."""

from django.urls import path

from rapport.web.client import check_in, hand_over, interpreter, progress

urlpatterns = [
    path("c/<str:token>", check_in.by_link, name="check_in"),
    path("p/<str:token>", progress.show, name="progress"),
    path("p/<str:token>/talk", progress.talk, name="progress_talk"),
    path("p/<str:token>/stop", progress.stop, name="progress_stop"),
    path("p/<str:token>/goals/<uuid:goal>", progress.rate, name="progress_goal"),
    path("kiosk", hand_over.kiosk, name="kiosk"),
    path(
        "relationships/<uuid:relationship>/kiosk",
        hand_over.hand_over,
        name="kiosk_hand_over",
    ),
    path("interpreter", interpreter.waiting, name="interpreter"),
    path(
        "interpreter/check-ins/<uuid:check_in>",
        interpreter.answer,
        name="interpreter_check_in",
    ),
]
