"""Turns rows into validated, published data packages; knows no Flask, no ORM and no back office."""
