"""The data contract's machine-readable part: `make contract` writes it from `fields`."""
