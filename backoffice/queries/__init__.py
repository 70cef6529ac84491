"""Named reads. Nothing here writes or commits."""
