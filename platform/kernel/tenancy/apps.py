from django.apps import AppConfig


class TenancyConfig(AppConfig):
    name = "kernel.tenancy"
    label = "tenancy"

    def ready(self) -> None:
        from kernel.tenancy import checks, work  # noqa: F401
