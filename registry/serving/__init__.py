"""The web server of a node: connections, threads, processes, and what a node's processes share."""
