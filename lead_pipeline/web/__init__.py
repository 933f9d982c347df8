"""The page and its API: a thin shell of FastAPI over the functions that the commands use.

Everything that is shown comes from a function of a room below; here it is only asked for, guarded,
and told as JSON or as a page.
"""
