"""SERVICE blocks that this node answers itself: geography and words at the speed of its index."""
