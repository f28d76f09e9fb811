"""The benchmark (`make bench`): ratios measured in alternation; see `docs/performance.md`."""
