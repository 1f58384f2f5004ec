from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    label = "config"

    def ready(self) -> None:
        # Tasks declared with shared_task belong to the Celery application that is made here; a process that
        # only sends them (a web worker) needs it as much as one that runs them.
        from config import celery  # noqa: F401
