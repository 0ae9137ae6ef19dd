"""What every page is made of: language, labels, links, layout."""
