"""Files that people have checked: what they are worth, said row by row; nothing is kept."""
