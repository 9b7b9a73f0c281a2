"""The doors: one package per audience. Thin: parse, one call to a room, render."""
