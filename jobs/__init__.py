"""Background work: thin functions that turn ids into one service call, and the processes that run them.

Here: queues, worker, relay, ticker, broker, supervisor, the publication of packages and of the site.
Not here: rules and rows (`backoffice.services`), the making of packages (`exports`).
"""
