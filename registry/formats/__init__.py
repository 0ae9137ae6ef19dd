"""Records written down: shared by publishing and by the web pages."""
