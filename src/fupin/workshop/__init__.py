"""The workshop will live here: a local web page and an offline pack for live demonstrations in zh and en."""
