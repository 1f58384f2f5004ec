"""What happened, told to whoever must know: an outbox in the tenant's schema, delivered at least once and in order."""
