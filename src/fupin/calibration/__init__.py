"""Calibration will live here: targets, priors, history matching, ensemble smoothing, posteriors, validation."""
