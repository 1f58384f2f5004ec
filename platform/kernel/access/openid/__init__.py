"""Sign-in by OpenID Connect: a provider per tenant, for people who already work there or were invited."""
