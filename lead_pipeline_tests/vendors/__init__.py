"""Fakes of the vendors' APIs, as faithful as what is known of each, over real HTTP on loopback."""
