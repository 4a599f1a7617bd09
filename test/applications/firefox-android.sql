-- Firefox for Android's places.sqlite, about version 100. Here for a double-quoted string in a CHECK, which SQLite takes
-- for text where no column has its name (https://www.sqlite.org/quirks.html#dblquote) and better-sqlite3 refuses in DDL;
-- for table constraints without commas, comments between columns, and indexes of one name that IF NOT EXISTS passes over.
CREATE TABLE moz_places (
    id INTEGER PRIMARY KEY,
    url LONGVARCHAR NOT NULL,
    title LONGVARCHAR,
    -- The desktop has rev_host here; it is in moz_origins.
    visit_count_local INTEGER NOT NULL DEFAULT 0,
    visit_count_remote INTEGER NOT NULL DEFAULT 0,
    hidden INTEGER DEFAULT 0 NOT NULL,
    typed INTEGER DEFAULT 0 NOT NULL, -- is 'typed' ok? It is a *count*, not a "bool"
    frecency INTEGER DEFAULT -1 NOT NULL,
    last_visit_date_local INTEGER NOT NULL DEFAULT 0,
    guid TEXT NOT NULL UNIQUE,
    url_hash INTEGER DEFAULT 0 NOT NULL,
    -- Set by a trigger, so the first insert has NULL; the sync fields come last.
    origin_id INTEGER,
    sync_status TINYINT NOT NULL DEFAULT 1, -- 1 is new
    sync_change_counter INTEGER NOT NULL DEFAULT 0, -- each visit adds one

    FOREIGN KEY(origin_id) REFERENCES moz_origins(id) ON DELETE CASCADE
);
CREATE INDEX url_hashindex ON moz_places(url_hash);
CREATE INDEX visitcountlocal ON moz_places(visit_count_local);
CREATE UNIQUE INDEX IF NOT EXISTS guid_uniqueindex ON moz_places(guid);

CREATE TABLE moz_places_tombstones (
    guid TEXT PRIMARY KEY
) WITHOUT ROWID;
CREATE TABLE moz_places_stale_frecencies (
    place_id INTEGER PRIMARY KEY NOT NULL REFERENCES moz_places(id)
                                          ON DELETE CASCADE,
    stale_at INTEGER NOT NULL -- In milliseconds.
);
CREATE TABLE moz_historyvisits (
    id INTEGER PRIMARY KEY,
    is_local INTEGER NOT NULL,
    from_visit INTEGER, -- of this table
    place_id INTEGER NOT NULL,
    visit_date INTEGER NOT NULL,
    visit_type INTEGER NOT NULL,
    -- session INTEGER, -- unused

    FOREIGN KEY(place_id) REFERENCES moz_places(id) ON DELETE CASCADE,
    FOREIGN KEY(from_visit) REFERENCES moz_historyvisits(id)
);
CREATE INDEX visits_from_type_idx ON moz_historyvisits(from_visit, visit_type);
CREATE TABLE moz_historyvisit_tombstones (
    place_id INTEGER NOT NULL,
    visit_date INTEGER NOT NULL,
    FOREIGN KEY(place_id) REFERENCES moz_places(id) ON DELETE CASCADE,
    PRIMARY KEY(place_id, visit_date)
);

CREATE TABLE moz_bookmarks (
    id INTEGER PRIMARY KEY,
    fk INTEGER DEFAULT NULL, -- place_id
    type INTEGER NOT NULL,
    parent INTEGER,
    position INTEGER NOT NULL,
    title TEXT, -- NULL is 'not edited'
    dateAdded INTEGER NOT NULL DEFAULT 0,
    lastModified INTEGER NOT NULL DEFAULT 0,
    guid TEXT NOT NULL UNIQUE CHECK(length(guid) == 12),

    syncStatus INTEGER NOT NULL DEFAULT 0,
    syncChangeCounter INTEGER NOT NULL DEFAULT 1,

    -- only a bookmark has a page
    CHECK((type == 1 AND fk IS NOT NULL) OR (type > 1 AND fk IS NULL))
    -- only the root has no parent
    CHECK(guid == "root________" OR parent IS NOT NULL)

    FOREIGN KEY(fk) REFERENCES moz_places(id) ON DELETE RESTRICT
    FOREIGN KEY(parent) REFERENCES moz_bookmarks(id) ON DELETE CASCADE
);
CREATE INDEX itemlastmodifiedindex ON moz_bookmarks(fk, lastModified);
CREATE UNIQUE INDEX IF NOT EXISTS guid_uniqueindex ON moz_bookmarks(guid);

CREATE TABLE moz_origins (
    id INTEGER PRIMARY KEY,
    prefix TEXT NOT NULL,
    host TEXT NOT NULL,
    rev_host TEXT NOT NULL,
    frecency INTEGER NOT NULL, -- no default here
    UNIQUE (prefix, host)
);
CREATE INDEX hostindex ON moz_origins(rev_host);
CREATE TABLE moz_meta (
    key TEXT PRIMARY KEY,
    value NOT NULL
) WITHOUT ROWID;
CREATE TABLE moz_tags(
    id INTEGER PRIMARY KEY,
    tag TEXT UNIQUE NOT NULL,
    lastModified INTEGER NOT NULL
);
CREATE TABLE moz_tags_relation(
    tag_id INTEGER NOT NULL REFERENCES moz_tags(id) ON DELETE CASCADE,
    place_id INTEGER NOT NULL REFERENCES moz_places(id) ON DELETE CASCADE,
    PRIMARY KEY(tag_id, place_id)
) WITHOUT ROWID;
CREATE TABLE moz_bookmarks_synced(
    id INTEGER PRIMARY KEY,
    guid TEXT UNIQUE NOT NULL,
    parentGuid TEXT,
    serverModified INTEGER NOT NULL DEFAULT 0, /* milliseconds;
    a record's own is in fractional seconds */
    needsMerge BOOLEAN NOT NULL DEFAULT 0,
    kind INTEGER NOT NULL DEFAULT -1,
    placeId INTEGER REFERENCES moz_places(id)
                    ON DELETE SET NULL,
    keyword TEXT
);
CREATE INDEX moz_bookmarks_synced_keywords ON moz_bookmarks_synced(keyword)
                                              WHERE keyword NOT NULL;
CREATE TABLE moz_bookmarks_synced_structure(
    guid TEXT,
    parentGuid TEXT REFERENCES moz_bookmarks_synced(guid)
                    ON DELETE CASCADE,
    position INTEGER NOT NULL,
    PRIMARY KEY(parentGuid, guid)
) WITHOUT ROWID;
CREATE TABLE moz_keywords(
    place_id INTEGER PRIMARY KEY REFERENCES moz_places(id)
                     ON DELETE RESTRICT,
    keyword TEXT NOT NULL UNIQUE
);
