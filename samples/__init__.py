"""The sample network: real places, five poles, one registry."""
