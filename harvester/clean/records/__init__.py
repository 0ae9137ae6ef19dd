"""Records from RDF in the form that the registry keeps; each change is reported."""
