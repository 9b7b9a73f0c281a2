from django.urls import path
from django.urls.resolvers import URLPattern

from rapport.web.office.booking import book
from rapport.web.office.consents import consents
from rapport.web.office.crisis_help import crisis_help
from rapport.web.office.schedule import cancel, schedule
from rapport.web.office.system import check_audit, retry, system

urlpatterns: list[URLPattern] = [
    path("schedule", schedule, name="schedule"),
    path("schedule/book", book, name="office_book"),
    path("schedule/<uuid:appointment>/cancel", cancel, name="office_cancel"),
    path("consents", consents, name="consents"),
    path("crisis-help", crisis_help, name="crisis_help"),
    path("system", system, name="system"),
    path("system/audit", check_audit, name="office_check_audit"),
    path("system/messages/<uuid:message>/retry", retry, name="office_retry"),
]
