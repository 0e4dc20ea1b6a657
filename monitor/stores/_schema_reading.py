"""DDL of what makes reading quick among a hundred thousand changes, and of what was read again."""

IN_TIME = "CREATE INDEX changes_in_time ON changes(detected_at, kind, disclosure, page_id)"
"""Changes are long, as they say all that differs: counting them by week must not read them."""

OF_PAGE = (
    "DROP INDEX changes_of_page",
    "CREATE INDEX changes_of_page ON changes(page_id, kind, detected_at, disclosure)",
)

TO_VERSION = "CREATE INDEX changes_to_version ON changes(after_version_id) WHERE after_version_id IS NOT NULL"

REREAD = """CREATE TABLE reread ( -- versions whose snapshot was read again, to the same words
    version_id INTEGER PRIMARY KEY REFERENCES versions(id), -- the version
    parser TEXT NOT NULL -- what read it again
) STRICT"""

QUICK = (IN_TIME, *OF_PAGE, TO_VERSION, REREAD)
