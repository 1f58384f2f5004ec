"""Pivot tables of any register: rows, columns, measures, formulas; counted by reports, kept by people."""
