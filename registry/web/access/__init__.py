"""Who may use which address: what routes declare, and who acts in a request."""
