"""Workers killed while they number, render, sign and send, and what is left of it. Not here: the staff screens."""
