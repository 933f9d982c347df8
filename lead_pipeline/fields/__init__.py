"""The one list of fields, the known layouts, and finding out which column feeds which field."""
