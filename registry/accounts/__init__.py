"""Who may sign in to a node: accounts, passwords, sessions, invitations, and what each may do.

Names and mail addresses stand in this database alone; the ledger gets account numbers.
"""
