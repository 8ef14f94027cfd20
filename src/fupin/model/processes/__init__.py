"""Processes of the month, one file each: read columns, apply rules, match, ration, book money, write owned columns."""
