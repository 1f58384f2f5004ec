"""What permits to put something on community land share: the term, the standing, the fee by zone, dismantling.

Abstract models and registers only: each module has tables and references of its own.
"""
