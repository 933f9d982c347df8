"""What happens to one import: its steps, and what lies around them (preview, retry, undo).

Nothing here knows Dagster or how an import came to be; see intake/ for that.
"""
