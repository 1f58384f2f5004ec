"""People's files: what comes in is looked into before it is kept, and given out so that no browser runs it."""
