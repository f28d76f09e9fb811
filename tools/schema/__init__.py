"""The machine-readable data contract; `make contract` writes it from `fields`."""
