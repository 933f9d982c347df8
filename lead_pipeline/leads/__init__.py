"""Leads as people work with them: searched, changed, with who changed what and when.

What stands in a lead otherwise follows from its files and is decided by matching/.
"""
