"""Figures declared beside the register they are counted over."""
