"""The benchmark: `make bench`. Ratios within one interleaved run; see `docs/performance.md`."""
