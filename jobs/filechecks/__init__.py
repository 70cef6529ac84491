"""Judging one untrusted file: is it what its name says, whole, harmless and of bearable size?

Belongs here: reading foreign formats. This package runs in a process of its own (`python -m jobs.filechecks`), with
limits of memory and time, and imports nothing of the back office: no settings, no database, no keys. Not here:
starting that process, the sentences that people read (`backoffice.services.document_check`).
"""
