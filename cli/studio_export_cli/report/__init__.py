"""The report: activity in the logs -> charts -> drawings -> one page."""
