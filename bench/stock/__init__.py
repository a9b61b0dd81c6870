"""The paired baseline: Flask-AppBuilder as it comes, over the same tables, with the same columns. No rule, no scope."""
