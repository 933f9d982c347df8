"""The pages: each module a router of HTML over the functions that the API uses too."""
