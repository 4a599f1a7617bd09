import type { ErrorCode } from 'sqlite-converge'

/** A change of an application's central tables that takes a rebuild, and what its triggers and searches are tried with. */
export interface Change {
  /** Per table, a piece of its text and what stands there instead. */
  readonly tables: Readonly<Record<string, readonly [piece: string, instead: string]>>
  /** Statements that make the triggers fire. */
  readonly exercise: readonly string[]
  /** Queries, such as searches in a full-text index. */
  readonly queries: readonly string[]
  /** A change that can't be made, since what has to be created anew has a piece that only the application's SQLite knows. */
  readonly refused?: {
    readonly table: string
    readonly change: readonly [piece: string, instead: string]
    readonly code: ErrorCode
    readonly says: string
  }
}

export const changes: Readonly<Record<string, Change>> = {
  anki: {
    tables: {
      cards: ['due    integer not null,', 'due    integer not null check (due >= 0),'],
      graves: ['usn integer NOT NULL,', 'usn integer NOT NULL DEFAULT -1,'],
    },
    exercise: ['DELETE FROM graves WHERE oid = 5'],
    queries: ["SELECT * FROM tags WHERE tag = 'Bird'", 'SELECT id FROM decks ORDER BY name'],
    refused: {
      table: 'notetypes',
      change: ['mtime_secs integer not null,', 'mtime_secs integer not null unique,'],
      code: 'needs-setup',
      says: 'unicase',
    },
  },
  'apple-messages': {
    tables: {
      message: [' date INTEGER, date_read', ' date INTEGER NOT NULL, date_read'],
      handle: ['uncanonicalized_id TEXT,', 'uncanonicalized_id TEXT UNIQUE,'],
    },
    exercise: [
      'UPDATE message SET date = 77 WHERE ROWID = 1',
      'DELETE FROM message WHERE ROWID = 2',
      'DELETE FROM message_attachment_join WHERE message_id = 4',
      'DELETE FROM chat WHERE ROWID = 2',
    ],
    queries: [],
  },
  'apple-photos': {
    tables: {
      ZASSET: ['ZUUID VARCHAR,', 'ZUUID VARCHAR NOT NULL,'],
      Z_27ASSETS: ['Z_FOK_3ASSETS INTEGER,', 'Z_FOK_3ASSETS INTEGER NOT NULL,'],
    },
    exercise: [
      `INSERT INTO ZASSET (ZMOMENT, ZLATITUDE, ZLONGITUDE, ZUUID) VALUES (1, 2, 3, 'U3')`,
      'UPDATE ZASSET SET ZLATITUDE = 36 WHERE Z_PK = 1',
      'DELETE FROM ZASSET WHERE Z_PK = 2',
    ],
    queries: ['SELECT Z_PK FROM Z_RT_Asset_boundedByRect WHERE ZLATITUDE_MIN > 30'],
  },
  calibre: {
    tables: {
      books: ['path TEXT NOT NULL DEFAULT "",', 'path TEXT NOT NULL UNIQUE DEFAULT "",'],
      annotations: ['timestamp REAL NOT NULL,', 'timestamp REAL NOT NULL CHECK (timestamp > 0),'],
    },
    exercise: [
      `INSERT INTO books (title, timestamp, pubdate, path) VALUES ('The Tombs of Atuan', '2024', '1971', 'lg/4')`,
      `UPDATE books SET title = 'The Lathe of Heaven' WHERE id = 2`,
      `UPDATE annotations SET searchable_text = 'about dreams' WHERE book = 2`,
      'DELETE FROM books WHERE id = 1',
    ],
    queries: [
      `SELECT rowid FROM annotations_fts WHERE annotations_fts MATCH 'wall OR dreams'`,
      `SELECT rowid FROM annotations_fts_stemmed WHERE annotations_fts_stemmed MATCH 'wall OR dream'`,
      'SELECT * FROM meta',
      'SELECT * FROM tag_browser_authors',
      'SELECT * FROM tag_browser_filtered_series',
    ],
  },
  'chromium-history': {
    tables: { visits: ['app_id TEXT)', 'app_id TEXT,UNIQUE(url,visit_time))'] },
    exercise: ['INSERT INTO visits (url, visit_time) VALUES (2, 5)'],
    queries: [],
  },
  digikam: {
    tables: {
      Tags: ['pid INTEGER,', 'pid INTEGER NOT NULL,'],
      Images: ['uniqueHash TEXT,', 'uniqueHash TEXT NOT NULL UNIQUE,'],
    },
    exercise: [
      `INSERT INTO Tags (pid, name) VALUES (3, 'Grey')`,
      'UPDATE Tags SET pid = 4 WHERE id = 2',
      'DELETE FROM Tags WHERE id = 3',
      'DELETE FROM AlbumRoots',
    ],
    queries: [],
  },
  'firefox-android': {
    tables: {
      moz_places: ['typed INTEGER DEFAULT 0 NOT NULL,', 'typed INTEGER DEFAULT 0 NOT NULL CHECK (typed >= 0),'],
      moz_tags: ['tag TEXT UNIQUE NOT NULL,', 'tag TEXT UNIQUE NOT NULL COLLATE NOCASE,'],
    },
    exercise: ['DELETE FROM moz_tags', 'DELETE FROM moz_places WHERE id = 5'],
    queries: [],
    refused: {
      table: 'moz_bookmarks',
      change: ['dateAdded INTEGER NOT NULL DEFAULT 0,', 'dateAdded INTEGER NOT NULL DEFAULT 0 CHECK (dateAdded >= 0),'],
      code: 'cannot-recreate',
      says: 'root________',
    },
  },
  'firefox-places': {
    tables: { moz_places: [' guid TEXT,', ' guid TEXT NOT NULL,'] },
    exercise: ['DELETE FROM moz_places_metadata_search_queries', 'DELETE FROM moz_session_metadata'],
    queries: [],
  },
  fossil: {
    tables: {
      chat: ['xfrom TEXT,', 'xfrom TEXT NOT NULL,'],
      blob: ['size INTEGER,', 'size INTEGER NOT NULL,'],
      event: ['mtime REAL,', 'mtime REAL NOT NULL,'],
      ftsdocs: ['type CHAR(1),', 'type CHAR(1) NOT NULL,'],
    },
    exercise: [`INSERT INTO chat (xfrom, xmsg) VALUES ('ada', 'branching')`, 'DELETE FROM chat WHERE msgid = 1'],
    queries: [
      `SELECT rowid, xmsg FROM chatfts1 WHERE chatfts1 MATCH 'branch'`,
      `SELECT rowid, title FROM ftsidx WHERE ftsidx MATCH 'home'`,
      'SELECT * FROM artifact',
    ],
  },
  'freebsd-pkg': {
    tables: {
      packages: ['manifestdigest TEXT NULL,', 'manifestdigest TEXT NOT NULL,'],
      pkg_script: ['type INTEGER NOT NULL,', 'type INTEGER NOT NULL CHECK (type >= 0),'],
    },
    exercise: [
      `UPDATE scripts SET script = 'true' WHERE package_id = 1`,
      'DELETE FROM scripts WHERE package_id = 2',
      `UPDATE options SET value = 'off' WHERE option = 'FTS5'`,
      `INSERT INTO pkg_shlibs VALUES (2, 1)`,
      'DELETE FROM packages WHERE id = 1',
    ],
    queries: [
      `SELECT docid FROM pkg_search WHERE pkg_search MATCH 'origin:databases'`,
      'SELECT * FROM scripts',
      'SELECT * FROM options',
      'SELECT * FROM pkg_shlibs',
    ],
  },
  geopackage: {
    tables: {
      lakes: ['"name" TEXT(80)', '"name" TEXT(80) NOT NULL'],
      gpkg_tile_matrix: ['zoom_level INTEGER NOT NULL,', 'zoom_level INTEGER NOT NULL CHECK (zoom_level < 30),'],
    },
    exercise: [
      `INSERT INTO lakes (geom, name) VALUES ('1 1 1 1', 'Como')`,
      `UPDATE lakes SET geom = '2 3 2 3' WHERE name = 'Constance'`,
      `UPDATE lakes SET geom = NULL WHERE name = 'Geneva'`,
      `DELETE FROM lakes WHERE name = 'Constance'`,
    ],
    queries: ['SELECT id FROM rtree_lakes_geom WHERE maxx >= 2 AND minx <= 2', 'SELECT * FROM "lakes by size"'],
  },
  netnewswire: {
    tables: { articles: ['searchRowID INTEGER)', 'searchRowID INTEGER UNIQUE)'] },
    exercise: [`DELETE FROM articles WHERE articleID = 'a1'`],
    queries: [`SELECT docid FROM search WHERE search MATCH 'heron OR birds'`],
  },
  newsboat: {
    tables: { rss_item: ['guid VARCHAR(64) NOT NULL,', 'guid VARCHAR(64) NOT NULL UNIQUE,'] },
    exercise: [
      `INSERT INTO rss_item (guid, title, author, url, feedurl, pubDate, content, unread) VALUES ('g9', '', '', '', '', 1, '', 1)`,
    ],
    queries: [],
  },
  'nix-store': {
    tables: {
      ValidPaths: [
        'registrationTime integer not null,',
        'registrationTime integer not null check (registrationTime > 0),',
      ],
      Realisations: ['outputName text not null,', 'outputName text not null collate nocase,'],
    },
    exercise: ['DELETE FROM ValidPaths WHERE id = 1'],
    queries: [],
  },
  plex: {
    tables: {
      tags: ['"tag_type" integer,', '"tag_type" integer NOT NULL,'],
      taggings: ['"tag_id" integer,', '"tag_id" integer NOT NULL,'],
    },
    exercise: [
      `INSERT INTO tags (tag, tag_type) VALUES ('Slow Cinema', 1)`,
      `UPDATE tags SET tag = 'Dramas' WHERE id = 2`,
      `UPDATE metadata_items SET title = 'Mirror' WHERE id = 2`,
      'DELETE FROM tags WHERE id = 1',
    ],
    queries: [
      `SELECT docid FROM fts4_tag_titles_icu WHERE fts4_tag_titles_icu MATCH 'science OR cinema OR drama*'`,
      `SELECT docid FROM fts4_metadata_titles_icu WHERE fts4_metadata_titles_icu MATCH 'mirror'`,
      'SELECT id FROM locations WHERE lat_min < 11 AND lon_max > 20',
    ],
    refused: {
      table: 'metadata_items',
      change: ['"guid" varchar(255),', '"guid" varchar(255) UNIQUE,'],
      code: 'needs-setup',
      says: 'icu_root',
    },
  },
  'rpm-primary': {
    tables: { packages: ['pkgId TEXT,', 'pkgId TEXT NOT NULL UNIQUE,'] },
    exercise: [`INSERT INTO requires (name, pkgKey) VALUES ('x', 1)`, 'DELETE FROM packages WHERE pkgKey = 1'],
    queries: [],
  },
  'signal-desktop': {
    tables: {
      messages: ['id STRING UNIQUE,', 'id STRING NOT NULL UNIQUE,'],
      attachment_downloads: ['receivedAt INTEGER NOT NULL,', 'receivedAt INTEGER NOT NULL CHECK (receivedAt > 0),'],
    },
    exercise: [
      `INSERT INTO messages (id, json, body) VALUES ('m9', '{"bodyRanges":[{"mentionAci":"aci-9"}]}', 'a late worm')`,
      `UPDATE messages SET body = 'the late bird' WHERE id = 'm1'`,
      `UPDATE messages SET isViewOnce = 1 WHERE id = 'm1'`,
      `UPDATE attachment_downloads SET ciphertextSize = 30 WHERE messageId = 'm1'`,
      `DELETE FROM messages WHERE id = 'm2'`,
    ],
    queries: [`SELECT rowid, body FROM messages_fts WHERE messages_fts MATCH 'bird OR worm*'`],
  },
  'subversion-wc': {
    tables: {
      NODES: ['presence  TEXT NOT NULL,', `presence  TEXT NOT NULL CHECK (presence <> ''),`],
      PRISTINE: ['md5_checksum  TEXT NOT NULL', 'md5_checksum  TEXT NOT NULL UNIQUE'],
    },
    exercise: [
      `UPDATE NODES SET checksum = '$sha1$cc' WHERE local_relpath = 'b.c'`,
      `INSERT INTO NODES (wc_id, local_relpath, op_depth, presence, kind, checksum) VALUES (1, 'c.c', 0, 'normal', 'file', '$sha1$cc')`,
      `DELETE FROM NODES WHERE local_relpath = 'a.c'`,
    ],
    queries: ['SELECT * FROM NODES_CURRENT', 'SELECT * FROM NODES_BASE'],
  },
  'thunderbird-gloda': {
    tables: { messages: [' date INTEGER,', ' date INTEGER CHECK (date > 0),'] },
    exercise: [`INSERT INTO messagesText (docid, body) VALUES (34, 'late birds')`],
    queries: [`SELECT docid FROM messagesText WHERE messagesText MATCH 'birds'`],
  },
  zotero: {
    tables: {
      items: ['key TEXT NOT NULL,', 'key TEXT NOT NULL UNIQUE,'],
      collections: ['collectionName TEXT NOT NULL,', 'collectionName TEXT NOT NULL COLLATE NOCASE,'],
    },
    exercise: [
      'UPDATE items SET synced = 1',
      `UPDATE items SET key = 'NEW' WHERE itemID = 1`,
      'UPDATE itemNotes SET parentItemID = 1 WHERE itemID = 2',
      'DELETE FROM libraries WHERE libraryID = 1',
    ],
    queries: [],
  },
}
