"""Experiments: run a scenario, keep what came out, compare worlds on the same households and luck."""
