from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatternsConfig(AppConfig):
    name = "shared_apps.patterns"
    label = "patterns"
    verbose_name = _("Взірці області")

    def ready(self) -> None:
        from kernel.printforms.ports import connect
        from shared_apps.patterns.surroundings import coat_of_arms, community_facts, own_form_changed, regional_forms

        connect(regional=regional_forms, facts=community_facts, arms=coat_of_arms, own_changed=own_form_changed)
