"""How the work goes, in figures: for Prometheus at each scrape, and for people over time."""
