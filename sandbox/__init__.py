"""Child processes: strangers' documents and queries are read where they can do no harm."""
