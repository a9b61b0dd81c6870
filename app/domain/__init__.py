"""The rules: pure Python. No clock, no input or output, no framework; ``now`` is always an argument."""
