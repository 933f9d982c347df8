-- Show the rows in `leads`. Its lock stops no reader and no writer, only the next that attaches.
ALTER TABLE {leads} INHERIT leads
