"""The triple store: a projection of the ledger that answers SPARQL.

Nothing is imported here: a query worker starts in milliseconds because it loads only what it needs.
"""
