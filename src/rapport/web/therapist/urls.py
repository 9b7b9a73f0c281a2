from django.urls import path

from rapport.web.therapist import (
    after,
    alerts,
    appointments,
    brief,
    check_ins,
    clients,
    goals,
    intake,
    rating,
    relationship,
    today,
)

urlpatterns = [
    path("today", today.today, name="today"),
    path("clients", clients.clients, name="clients"),
    path("clients/new", intake.client_new, name="client_new"),
    path("relationships/<uuid:relationship>", relationship.relationship, name="relationship"),
    path("relationships/<uuid:relationship>/brief", brief.brief, name="brief"),
    path("relationships/<uuid:relationship>/stage", relationship.stage, name="stage"),
    path("relationships/<uuid:relationship>/goals", goals.goals, name="goals"),
    path("relationships/<uuid:relationship>/promises", goals.promise_new, name="promise_new"),
    path("relationships/<uuid:relationship>/book", appointments.book, name="book"),
    path("goals/<uuid:goal>/focus", goals.goal_focus, name="goal_focus"),
    path("goals/<uuid:goal>/close", goals.goal_close, name="goal_close"),
    path("promises/<uuid:promise>/settle", goals.promise_settle, name="promise_settle"),
    path("appointments/<uuid:appointment>/after", after.after_session, name="after_session"),
    path("appointments/<uuid:appointment>/goals", after.after_goals, name="after_goals"),
    path(
        "appointments/<uuid:appointment>/missed",
        appointments.appointment_missed,
        name="appointment_missed",
    ),
    path(
        "appointments/<uuid:appointment>/cancel",
        appointments.appointment_cancel,
        name="appointment_cancel",
    ),
    path("check-ins/<uuid:check_in>/rate", rating.rate, name="rate"),
    path("check-ins/<uuid:check_in>/send", check_ins.check_in_send, name="check_in_send"),
    path("alerts", alerts.alerts, name="alerts"),
    path("alerts/<uuid:alert>", alerts.alert, name="alert"),
    path("alerts/<uuid:alert>/acknowledge", alerts.alert_acknowledge, name="alert_acknowledge"),
    path("alerts/<uuid:alert>/settle", alerts.alert_settle, name="alert_settle"),
    path("alerts/<uuid:alert>/answer", alerts.alert_answer, name="alert_answer"),
]
