"""Workbooks and lists in and out: sheets and cells become facts, rows become sheets. No rule lives here."""
