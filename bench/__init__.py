"""Speed and memory of whole rounds against a local server."""
