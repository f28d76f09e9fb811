"""The version in pyproject.toml, the User-Agent and object metadata."""

VERSION = "0.1.0"
