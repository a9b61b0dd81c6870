"""Tests of the rules: no application, no database, no clock."""
