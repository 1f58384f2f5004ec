"""Measurements of tenancy: ours against the best bare PostgreSQL for the same work, and against peers."""
