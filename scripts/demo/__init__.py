"""`make demo`: everything at once on one machine with invented data. Not here: the product itself."""
