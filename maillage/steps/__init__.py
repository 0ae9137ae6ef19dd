"""What commands are made of: one step of a pole or of a registry each."""
