"""What a person has to do: errands of colleagues and duties that modules put, each with a term."""
