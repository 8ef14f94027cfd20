"""fupin (扶贫): a laboratory for rural poverty policy."""

__version__ = "0.1.0"
