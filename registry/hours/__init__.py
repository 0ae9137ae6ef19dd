"""Opening hours that a form can show, and closures for a while, in OpenStreetMap's language."""
