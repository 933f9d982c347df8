"""Who is who: contacts against one another, and against the leads that are known."""
