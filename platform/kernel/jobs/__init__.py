"""Long work: unique by (kind, subject, period), seen while it runs, cancellable, restartable at any point."""
