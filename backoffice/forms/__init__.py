"""Shapes of forms: fields and their checks. Not here: what is done with the values (services)."""
