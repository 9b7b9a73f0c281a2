from django.apps import AppConfig


class FlowConfig(AppConfig):
    name = "rapport.flow"
    label = "flow"

    def ready(self) -> None:
        from rapport.flow.reactions import REACTIONS
        from rapport.kernel import outbox

        outbox.connect(REACTIONS)
