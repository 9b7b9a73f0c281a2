"""What follows what: ``reactions.py`` is the only file where one room answers another's event."""
