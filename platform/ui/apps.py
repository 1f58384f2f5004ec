from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "ui"
    label = "ui"

    def ready(self) -> None:
        from ui import checks  # noqa: F401
