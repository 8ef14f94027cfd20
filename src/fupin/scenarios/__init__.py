"""From text to a validated scenario and from a scenario to a region.

`scenario.py` and `policy.py` read the files, `resolved.py` is one world ready to be simulated, `overrides.py` the
command line's changes, `schema.py` what editors know; `regions.py` and the modules beside it fill the tables.
"""
