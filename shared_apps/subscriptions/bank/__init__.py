"""Bank statements: three formats read into one kind of line."""
