"""Every address of the installation: one include for each door."""

from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

from rapport.web.home import home, signed_in

handler400 = "rapport.web.errors.bad_request"
handler403 = "rapport.web.errors.forbidden"
handler404 = "rapport.web.errors.not_found"
handler429 = "rapport.web.errors.too_often"
handler500 = "rapport.web.errors.broken"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("signed-in", signed_in, name="signed_in"),
    path("", include("rapport.web.therapist.urls")),
    path("", include("rapport.web.supervisor.urls")),
    path("account/", include("rapport.web.account.urls")),
    path("", include("rapport.web.client.urls")),
    path("api/v1/", include("rapport.api.urls")),
    path("office/", include("rapport.web.office.urls")),
]
