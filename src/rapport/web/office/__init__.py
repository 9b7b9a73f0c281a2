"""The office's door: who meets whom and when, what was consented to, whether all is well.

Nothing clinical is shown here, and no clinical room is asked.
"""
