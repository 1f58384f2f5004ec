"""Where Celery looks for this app's tasks."""

from kernel.jobs.queue import requeue_silent_everywhere, run_job, take_turn

__all__ = ["requeue_silent_everywhere", "run_job", "take_turn"]
