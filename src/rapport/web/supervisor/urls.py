from django.urls import path

from rapport.web.supervisor import learnt, radar

urlpatterns = [
    path("supervision/radar", radar.radar, name="radar"),
    path("supervision/models", learnt.models, name="models"),
]
