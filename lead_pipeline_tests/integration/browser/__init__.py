"""The pages in a real browser, Debian's Chromium (`apt-get install chromium`), by Playwright."""
