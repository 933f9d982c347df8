"""Do-not-call: lists of numbers and addresses, what they take from imports, and opt-outs.

It says which list, version and age were checked; whether that is enough is for people to judge.
"""
