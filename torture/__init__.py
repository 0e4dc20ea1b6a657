"""Kills the real daemon again and again, and looks at what is left: `make torture`."""
