"""From the bucket to an import that runs: what arrives, what a look at it leads to, drop, retire.

What happens inside an import is the business of imports/.
"""
