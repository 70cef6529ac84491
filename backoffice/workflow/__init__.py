"""The pure legal core: states, transitions, calendar, deadlines and rules; no session, no clock, no Flask."""
