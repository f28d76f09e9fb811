"""The dashboard, drawn from its own definition with a simulated month in it: `make dashboard`."""
