"""Files into registers: read, matched to fields, tried, loaded, and taken back whole."""
