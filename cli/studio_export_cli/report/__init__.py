"""The report: what lies there, drawn.

page ─► charts ─► drawing;  charts ─► activity;  raster ─► drawing
"""
