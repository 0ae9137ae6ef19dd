"""What a person means who types a need and a place: concepts, moment, area, names."""
