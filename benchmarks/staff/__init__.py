"""The staff screens beside Django's admin over the same tables. Not here: export figures."""
