"""How one installation is set up: the environment, read once, and what Django makes of it."""
