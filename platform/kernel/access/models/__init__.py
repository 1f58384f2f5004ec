"""People of a tenant and their rights; the same tables in `public` hold the console's accounts."""

from kernel.access.models.entry import Invitation, OneTimeLink, SignInEvent, SupportConsent
from kernel.access.models.people import User
from kernel.access.models.roles import Delegation, Role, RoleAssignment, RoleLevel
from kernel.access.models.tokens import ApiToken

__all__ = [
    "ApiToken",
    "Delegation",
    "Invitation",
    "OneTimeLink",
    "Role",
    "RoleAssignment",
    "RoleLevel",
    "SignInEvent",
    "SupportConsent",
    "User",
]
