"""Invented data at national size: seeded, marked as invented, spread over the real agency tree.

Belongs here: making and removing sample rows and demonstration accounts. It stands beside the services and
writes in bulk, so it may use Core statements, under `system_scope("sample_data")` alone.
Does not belong here: anything that a real agency needs, and rows of tests (`tests/factories.py`).
"""

# Stands in every invented address, so that the mark survives any copy of the published data.
MARK = "(dữ liệu mẫu)"
