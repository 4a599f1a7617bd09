-- Firefox's places.sqlite (history and bookmarks), about version 118. Here for LONGVARCHAR, a NOT NULL column without a
-- type, WITHOUT ROWID, tables left out of a foreign key's column list, a FOREIGN KEY and a CHECK with no comma between
-- them, and columns that ALTER TABLE has put behind the rest. Its triggers are temporary: the file holds none.
CREATE TABLE moz_origins ( id INTEGER PRIMARY KEY, prefix TEXT NOT NULL, host TEXT NOT NULL, frecency INTEGER NOT NULL, UNIQUE (prefix, host) );
ALTER TABLE moz_origins ADD COLUMN recalc_frecency INTEGER NOT NULL DEFAULT 0;
ALTER TABLE moz_origins ADD COLUMN alt_frecency INTEGER;
ALTER TABLE moz_origins ADD COLUMN recalc_alt_frecency INTEGER NOT NULL DEFAULT 0;

CREATE TABLE moz_places (   id INTEGER PRIMARY KEY, url LONGVARCHAR, title LONGVARCHAR, rev_host LONGVARCHAR, visit_count INTEGER DEFAULT 0, hidden INTEGER DEFAULT 0 NOT NULL, typed INTEGER DEFAULT 0 NOT NULL, frecency INTEGER DEFAULT -1 NOT NULL, last_visit_date INTEGER , guid TEXT, foreign_count INTEGER DEFAULT 0 NOT NULL, url_hash INTEGER DEFAULT 0 NOT NULL , description TEXT, preview_image_url TEXT, origin_id INTEGER REFERENCES moz_origins(id));
ALTER TABLE moz_places ADD COLUMN site_name TEXT;
ALTER TABLE moz_places ADD COLUMN recalc_frecency INTEGER NOT NULL DEFAULT 0;
ALTER TABLE moz_places ADD COLUMN alt_frecency INTEGER;
ALTER TABLE moz_places ADD COLUMN recalc_alt_frecency INTEGER NOT NULL DEFAULT 0;

CREATE TABLE moz_historyvisits (  id INTEGER PRIMARY KEY, from_visit INTEGER, place_id INTEGER, visit_date INTEGER, visit_type INTEGER, session INTEGER, source INTEGER DEFAULT 0 NOT NULL, triggeringPlaceId INTEGER);
CREATE TABLE moz_inputhistory (  place_id INTEGER NOT NULL, input LONGVARCHAR NOT NULL, use_count INTEGER, PRIMARY KEY (place_id, input));

CREATE TABLE moz_anno_attributes (  id INTEGER PRIMARY KEY, name VARCHAR(32) UNIQUE NOT NULL);
CREATE TABLE moz_annos (  id INTEGER PRIMARY KEY, place_id INTEGER NOT NULL, anno_attribute_id INTEGER, content LONGVARCHAR, flags INTEGER DEFAULT 0, expiration INTEGER DEFAULT 0, type INTEGER DEFAULT 0, dateAdded INTEGER DEFAULT 0, lastModified INTEGER DEFAULT 0);
CREATE TABLE moz_items_annos (  id INTEGER PRIMARY KEY, item_id INTEGER NOT NULL, anno_attribute_id INTEGER, content LONGVARCHAR, flags INTEGER DEFAULT 0, expiration INTEGER DEFAULT 0, type INTEGER DEFAULT 0, dateAdded INTEGER DEFAULT 0, lastModified INTEGER DEFAULT 0);

CREATE TABLE moz_bookmarks (  id INTEGER PRIMARY KEY, type INTEGER, fk INTEGER DEFAULT NULL, parent INTEGER, position INTEGER, title LONGVARCHAR, keyword_id INTEGER, folder_type TEXT, dateAdded INTEGER, lastModified INTEGER, guid TEXT, syncStatus INTEGER NOT NULL DEFAULT 0, syncChangeCounter INTEGER NOT NULL DEFAULT 1);
CREATE TABLE moz_bookmarks_deleted (  guid TEXT PRIMARY KEY, dateRemoved INTEGER NOT NULL DEFAULT 0);
CREATE TABLE moz_keywords (  id INTEGER PRIMARY KEY AUTOINCREMENT, keyword TEXT UNIQUE, place_id INTEGER, post_data TEXT);
CREATE TABLE moz_meta (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID ;
CREATE TABLE moz_previews_tombstones (  hash TEXT PRIMARY KEY) WITHOUT ROWID;

CREATE TABLE moz_places_metadata (id INTEGER PRIMARY KEY, place_id INTEGER NOT NULL, referrer_place_id INTEGER, created_at INTEGER NOT NULL DEFAULT 0, updated_at INTEGER NOT NULL DEFAULT 0, total_view_time INTEGER NOT NULL DEFAULT 0, typing_time INTEGER NOT NULL DEFAULT 0, key_presses INTEGER NOT NULL DEFAULT 0, scrolling_time INTEGER NOT NULL DEFAULT 0, scrolling_distance INTEGER NOT NULL DEFAULT 0, document_type INTEGER NOT NULL DEFAULT 0, search_query_id INTEGER, FOREIGN KEY (place_id) REFERENCES moz_places(id) ON DELETE CASCADE, FOREIGN KEY (referrer_place_id) REFERENCES moz_places(id) ON DELETE CASCADE, FOREIGN KEY(search_query_id) REFERENCES moz_places_metadata_search_queries(id) ON DELETE CASCADE CHECK(place_id != referrer_place_id) );
CREATE TABLE IF NOT EXISTS moz_places_metadata_search_queries ( id INTEGER PRIMARY KEY, terms TEXT NOT NULL UNIQUE );
CREATE TABLE moz_session_metadata (id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, last_saved_at INTEGER NOT NULL DEFAULT 0, data TEXT );
CREATE TABLE moz_session_to_places (session_id INTEGER NOT NULL, place_id INTEGER NOT NULL, position INTEGER, PRIMARY KEY (session_id, place_id), FOREIGN KEY (session_id) REFERENCES moz_session_metadata(id) ON DELETE CASCADE, FOREIGN KEY (place_id) REFERENCES moz_places ON DELETE CASCADE ) WITHOUT ROWID;

CREATE  INDEX IF NOT EXISTS moz_places_url_hashindex ON moz_places (url_hash);
CREATE  INDEX IF NOT EXISTS moz_places_hostindex ON moz_places (rev_host);
CREATE  INDEX moz_places_visitcount ON moz_places (visit_count);
CREATE  INDEX moz_places_frecencyindex ON moz_places (frecency);
CREATE  INDEX moz_places_lastvisitdateindex ON moz_places (last_visit_date);
CREATE UNIQUE INDEX moz_places_guid_uniqueindex ON moz_places (guid);
CREATE  INDEX moz_places_originidindex ON moz_places (origin_id);
CREATE  INDEX moz_historyvisits_placedateindex ON moz_historyvisits (place_id, visit_date);
CREATE  INDEX moz_historyvisits_fromindex ON moz_historyvisits (from_visit);
CREATE  INDEX moz_historyvisits_dateindex ON moz_historyvisits (visit_date);
CREATE  INDEX moz_bookmarks_itemindex ON moz_bookmarks (fk, type);
CREATE  INDEX moz_bookmarks_parentindex ON moz_bookmarks (parent, position);
CREATE UNIQUE INDEX moz_bookmarks_guid_uniqueindex ON moz_bookmarks (guid);
CREATE UNIQUE INDEX moz_annos_placeattributeindex ON moz_annos (place_id, anno_attribute_id);
CREATE UNIQUE INDEX moz_items_annos_itemattributeindex ON moz_items_annos (item_id, anno_attribute_id);
CREATE UNIQUE INDEX moz_keywords_placepostdata_uniqueindex ON moz_keywords (place_id, post_data);
CREATE UNIQUE INDEX moz_places_metadata_placecreated_uniqueindex ON moz_places_metadata (place_id, created_at);
