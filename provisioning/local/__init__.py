"""The embedded PostgreSQL and Redis, and the supervisor that `make run` and `make test` stand on."""
