-- What the daemons told before they were stopped. Safe to run again: a living one tells it anew.
DELETE FROM dagster.daemon_heartbeats
