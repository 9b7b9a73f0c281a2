from django.apps import AppConfig


class GoalsConfig(AppConfig):
    name = "rapport.goals"
    label = "goals"
