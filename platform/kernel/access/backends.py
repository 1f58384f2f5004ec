from allauth.account.auth_backends import AuthenticationBackend


class AccountBackend(AuthenticationBackend):
    """Sign-in by e-mail and password; what a person may do is asked of kernel.access.rights."""
