"""Value formats: one module each, pure, with its source and doctests."""
