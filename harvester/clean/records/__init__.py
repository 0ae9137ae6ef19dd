"""Records from RDF in the form that the registry keeps, as tables are cleaned; each change told."""
