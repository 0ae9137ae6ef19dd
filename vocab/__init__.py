"""The shared vocabulary: terms, lists, field table, and the values every room speaks in."""
