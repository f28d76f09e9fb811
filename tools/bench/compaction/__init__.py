"""`make bench-compact`: measure the compaction of 30 days of 10,000 Executions."""
