"""Changes proposed by those who see a card but do not keep it; the registrar decides."""
