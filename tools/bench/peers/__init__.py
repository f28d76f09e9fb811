"""`make bench-peers`: measure alternative tools on the same pages. Not in CI."""
