"""What a person must hear of: in the system, by mail, later by push and SMS; a journal of what was sent and what not."""
