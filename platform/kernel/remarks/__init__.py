"""What people add around a card: comments, tags, favourites, the trace of where they were, subscriptions."""
