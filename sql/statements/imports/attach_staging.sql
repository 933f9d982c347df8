-- Show the rows in `leads`. Its lock stops no reader and no writer, only the next that attaches.
SELECT show_in_parent('{leads}')
