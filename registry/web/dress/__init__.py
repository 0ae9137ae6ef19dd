"""How pages look: fonts, pictograms, stitches, and the spaces of French typography."""
