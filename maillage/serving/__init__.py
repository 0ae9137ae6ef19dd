"""What a serving node does beside answering."""
