-- The index by which numbers are looked up. Fails if a number is there twice.
ALTER TABLE {fresh} ADD PRIMARY KEY (number)
