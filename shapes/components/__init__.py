"""The constraint components of SHACL Core (section 4), each compiled to a plain Python check."""
