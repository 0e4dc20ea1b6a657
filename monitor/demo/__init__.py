"""`monitor demo`: a fictional department, two receivers and the real daemon between them, all on this machine."""
