"""Two cards of one thing become one, and can become two again."""
