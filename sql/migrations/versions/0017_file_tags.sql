-- The field of a file's own tags is called file_tags: `tags` are those that rules give.
UPDATE mapping_corrections SET field = 'file_tags' WHERE field = 'tags';
