"""The SHACL contract: what a record must say to enter the registry, and how it is checked."""
