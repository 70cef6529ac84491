"""Deeds: load, permit, check, apply, log, send. The only layer that commits, through `transaction`."""
