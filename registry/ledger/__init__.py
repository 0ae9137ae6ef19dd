"""The ledger: the append-only truth from which every projection can be rebuilt."""
