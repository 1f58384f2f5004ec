"""Keys of a test mode that exists only here."""

SECRET_KEY = "sk_test_standin"  # noqa: S105
WEBHOOK_SECRET = "whsec_standin_of_no_value"  # noqa: S105
