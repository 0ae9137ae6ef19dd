"""Opening hours as people write them, read into OSM opening hours."""
