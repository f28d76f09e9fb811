"""`make bench-compact`: what compaction does to thirty days of 10,000 Executions."""
