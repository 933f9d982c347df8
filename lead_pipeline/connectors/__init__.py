"""Leads of other companies' systems: pulled into the inbox, and from there into the bucket.

A connector (one module per API) knows paths, paging and field names. Who is a duplicate, what a
phone is and who may be called is decided by the pipeline, as for any file.
"""
