"""Rules between shapes: declared by a register, checked when a card is saved, counted over all cards at night."""
