"""DDL of what the web pages ask often, and of what readers mark there."""

READ_MARKS = """CREATE TABLE read_marks ( -- changes that someone marked as read in the web pages
    change_id INTEGER PRIMARY KEY REFERENCES changes(id), -- the change
    read_at TEXT NOT NULL -- when
) STRICT"""

PAGES_UNWELL = "CREATE INDEX pages_unwell ON pages(outcome, failures) WHERE failures > 0"
"""So that the pages that fail are counted without reading all there are."""

READING = (READ_MARKS, PAGES_UNWELL)

FEWER_INDEXES = ("DROP INDEX pages_unwell",)
"""`pages_failing` has the same pages."""
