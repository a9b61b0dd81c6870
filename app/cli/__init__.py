"""The command line: a small file for each group of commands, which parses, calls an operation and prints."""
