"""Corrections that citizens propose: private, erasable, in no feed, dump, index, log or ledger."""
