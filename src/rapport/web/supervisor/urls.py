from django.urls import path

from rapport.web.supervisor import co_sign, learnt, radar

urlpatterns = [
    path("supervision/radar", radar.radar, name="radar"),
    path("supervision/co-sign", co_sign.co_sign, name="co_sign"),
    path("supervision/models", learnt.models, name="models"),
]
