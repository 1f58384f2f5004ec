"""Who changed what, and who looked: histories kept by the database itself, sealed so that a forgery shows."""

from kernel.audit.declare import AppendOnly, Audited, keep_history

__all__ = ["AppendOnly", "Audited", "keep_history"]
