from django.urls import path

from rapport.web.supervisor import radar

urlpatterns = [
    path("supervision/radar", radar.radar, name="radar"),
]
