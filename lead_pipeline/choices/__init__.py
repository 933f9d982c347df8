"""What people settled instead of leaving it to be guessed: how a file is read, what a column feeds.

Kept in the database. Only remembering is done here; the reader and the mapping do the rest.
"""
