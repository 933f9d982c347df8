"""People who may be one although no key says so: names, births, homes, numbers that nearly agree.

Probabilistic record linkage: Splink compares pairs of leads that PostgreSQL finds, and what they
agree in is weighed here. Nothing is merged by it. Needs the extra `linkage`.
"""
