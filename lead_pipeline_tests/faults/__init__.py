"""Faults on purpose: whatever is killed, cut, stalled or full, nobody is lost and nobody doubled.

`python -m lead_pipeline_tests.faults --minutes 60` runs for as long as is asked and prints what it
did and found; the tests here are its short form. Every run has a seed, and a finding names it.
"""
