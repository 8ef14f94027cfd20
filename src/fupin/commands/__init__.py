"""The subcommands of `fupin`, one module each, imported when called (see `fupin.cli`)."""
