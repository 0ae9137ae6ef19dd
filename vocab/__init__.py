"""The shared vocabulary: terms, lists, field table, and the values that every package uses."""
