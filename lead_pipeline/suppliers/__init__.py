"""Who sells leads and where they come from: suppliers with their terms, and sources."""
