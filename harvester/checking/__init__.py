"""What a file is worth, said to whoever shows it: read, judged, and forgotten."""
