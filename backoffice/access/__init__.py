"""Who may do what, and which rows are visible."""
