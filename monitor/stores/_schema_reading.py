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

BY_PAGE = (
    "DROP INDEX changes_of_page",
    "CREATE INDEX changes_of_page ON changes(page_id)",
    "CREATE INDEX changes_of_page_by_kind ON changes(page_id, kind, detected_at, disclosure)",
)
"""The first has a page's changes in the order of their ids, the second what counts them."""

EARLIER_SILENT = """CREATE VIEW earlier_silent AS -- for every announced change the silent ones since the last announced
SELECT announced.id, silent.id AS silent_id
FROM changes AS announced JOIN changes AS silent INDEXED BY changes_of_page ON silent.page_id = announced.page_id
    AND silent.id < announced.id AND silent.id > coalesce((
        SELECT last.id FROM changes AS last INDEXED BY changes_of_page
        WHERE last.page_id = announced.page_id AND last.id < announced.id AND last.disclosure = 'announced'
        ORDER BY last.id DESC LIMIT 1), 0)
    AND silent.disclosure = 'silent' AND silent.kind NOT IN ('withdrawn', 'reinstated')
WHERE announced.disclosure = 'announced'"""
"""Each announced change reads the index as far as the announced one before it: on a page edited many hundred times,
every silent one used to look for that anew."""

BUSY_PAGES = (*BY_PAGE, "DROP VIEW earlier_silent", EARLIER_SILENT)

CHANGE_WORDS = """CREATE VIRTUAL TABLE change_words USING fts5( -- full text of title, summary and note of every change
    text, content='', tokenize='unicode61 remove_diacritics 2'
)"""

_TOLD = "{0}title || char(10) || {0}summary || coalesce(char(10) || {0}note, '')"

FIND_CHANGES = (
    CHANGE_WORDS,
    f"INSERT INTO change_words (rowid, text) SELECT id, {_TOLD.format('')} FROM changes",  # noqa: S608 -- our own parts
    f"""CREATE TRIGGER changes_are_found_by_words AFTER INSERT ON changes
    BEGIN INSERT INTO change_words (rowid, text) VALUES (new.id, {_TOLD.format("new.")}); END""",  # noqa: S608
)
