"""From text to a validated scenario and from a scenario to a region."""
