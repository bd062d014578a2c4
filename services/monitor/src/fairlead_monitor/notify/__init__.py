"""Notifications: events from the ledger, composed for each channel by a pure function, sent until they are taken."""
