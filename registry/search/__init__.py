"""The search index: a local read model of the ledger for text, facets, map and "open now"."""
