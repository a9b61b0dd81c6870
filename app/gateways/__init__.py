"""The outside world behind Protocols. A gateway knows a vendor's fields and codes, and never a case."""
