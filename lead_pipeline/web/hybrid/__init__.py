"""The paths of an older system, /api/hybrid, as a thin layer over the same functions as the API.

A session there is an import here that waits for its person; its steps are told as steps of ours.
"""
