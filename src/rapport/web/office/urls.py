from django.urls import path
from django.urls.resolvers import URLPattern

from rapport.web.office.booking import book
from rapport.web.office.consents import consents
from rapport.web.office.crisis_help import crisis_help
from rapport.web.office.people import come_back, hand_over, leave, people, person, supervise
from rapport.web.office.schedule import cancel, schedule
from rapport.web.office.system import check_audit, retry, system

urlpatterns: list[URLPattern] = [
    path("schedule", schedule, name="schedule"),
    path("schedule/book", book, name="office_book"),
    path("schedule/<uuid:appointment>/cancel", cancel, name="office_cancel"),
    path("people", people, name="people"),
    path("people/<uuid:member>", person, name="person"),
    path("people/<uuid:member>/supervision", supervise, name="person_supervise"),
    path("people/<uuid:member>/leave", leave, name="person_leave"),
    path("people/<uuid:member>/come-back", come_back, name="person_come_back"),
    path("relationships/<uuid:relationship>/hand-over", hand_over, name="office_hand_over"),
    path("consents", consents, name="consents"),
    path("crisis-help", crisis_help, name="crisis_help"),
    path("system", system, name="system"),
    path("system/audit", check_audit, name="office_check_audit"),
    path("system/messages/<uuid:message>/retry", retry, name="office_retry"),
]
