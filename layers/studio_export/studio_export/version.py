"""The version of the exporter, as pyproject.toml, the User-Agent and object metadata give it."""

VERSION = "0.1.0"
