"""SPARQL, vocabulary, feed: pages for machines and those who use them."""
