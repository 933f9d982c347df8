-- Show the rows in `leads`. Takes a short lock that stops no reader and no writer of another import.
ALTER TABLE {leads} INHERIT leads
