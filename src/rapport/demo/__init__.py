"""The synthetic practice: a first look at everything, with nobody real in it.

``build`` makes it from a fixed seed, with dates that end today; ``guide`` says how to get in.
The past is written in bulk; today goes through the same actions that the doors call.
"""
