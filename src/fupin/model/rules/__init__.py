"""Household rules: pure elementwise functions, one theme a file, written in the vocabulary."""
