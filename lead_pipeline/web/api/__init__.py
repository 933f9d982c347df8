"""The API under /api: each module a router over functions of the rooms below."""
