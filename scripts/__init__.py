"""Programs for setting up, showing, checking and testing the project. Not here: anything the product imports."""
