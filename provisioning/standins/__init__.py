"""Servers that stand in for services of others: separate processes, for development and tests only."""
