"""The office's door: who meets whom and when, what was consented to, whether all is well.

Nothing clinical is shown here. Of an overdue risk the office learns that one waits, and for whom.
"""
