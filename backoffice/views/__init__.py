"""Screens: lists of columns, labels, filters and buttons over the services."""
