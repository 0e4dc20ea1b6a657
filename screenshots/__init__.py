"""Pictures of the web pages, over a story of nine months that is told in a second or two."""
