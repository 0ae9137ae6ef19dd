"""The command line: language, output, exit codes."""
