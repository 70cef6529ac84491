"""Measured figures beside their goals. Each module makes its own seeded data and starts what it needs."""
