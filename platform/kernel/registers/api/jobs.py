from celery import shared_task
from django.utils import timezone

from kernel.registers.api.models import KeptAnswer
from kernel.registers.api.once import KEPT_FOR
from kernel.registers.models import SentForm
from kernel.tenancy import TenantRef, for_each_tenant


def forget_answers(_tenant: TenantRef | None = None) -> int:
    old = timezone.now() - KEPT_FOR
    gone, _by_model = KeptAnswer.objects.filter(at__lt=old).delete()
    forms, _by_model = SentForm.objects.filter(at__lt=old).delete()
    return gone + forms


@shared_task(name="kernel.registers.api.forget_answers_everywhere")
def forget_answers_everywhere() -> None:
    for_each_tenant(forget_answers, reason="forget answers kept for repeated requests")
