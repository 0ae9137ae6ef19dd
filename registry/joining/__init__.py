"""Requests to join the network: private, erasable, in no feed, dump, index, log or ledger."""
