"""`make bench-peers`: the tools that users would pick instead, on the same pages. Not in CI."""
