"""The pages: each module a router that asks the functions behind the API and fills a template."""
