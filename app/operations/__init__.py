"""The verbs at work: one function = one business act = one transaction = one timeline row; actor and now are given."""
