"""Values as they should be: phones, mails, names, addresses, dates, figures, and tags from them.

Each normaliser works on one Arrow column; which column feeds which field is settled in fields/.
"""
