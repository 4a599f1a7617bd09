-- A Fossil repository, about version 2.22. Here for references to a table without its column, `UNIQUE COLLATE nocase`,
-- STRICT beside tables that are not, DEFAULT (randomblob(32)) and DEFAULT true, a table called user, invented types
-- (INTDATE, JULIANDAY), comments inside, a view with aliases in single quotes that calls Fossil's own functions, and FTS5
-- over that view and over a table, its options without quotes.
CREATE TABLE blob(
  rid INTEGER PRIMARY KEY,
  rcvid INTEGER,
  size INTEGER,
  uuid TEXT UNIQUE NOT NULL,
  content BLOB,
  CHECK( length(uuid)>=40 AND rid>0 )
);
CREATE TABLE delta(
  rid INTEGER PRIMARY KEY,
  srcid INTEGER NOT NULL REFERENCES blob
);
CREATE TABLE rcvfrom(
  rcvid INTEGER PRIMARY KEY,
  uid INTEGER REFERENCES user,
  mtime DATETIME,
  nonce TEXT UNIQUE,
  ipaddr TEXT
);
CREATE TABLE private(rid INTEGER PRIMARY KEY);
CREATE TABLE user(
  uid INTEGER PRIMARY KEY,
  login TEXT UNIQUE,
  pw TEXT,
  cap TEXT,
  cexpire DATETIME,
  mtime DATE,
  photo BLOB
, jx TEXT DEFAULT '{}');
CREATE TABLE config(
  name TEXT PRIMARY KEY NOT NULL,
  value CLOB, mtime INTEGER,
  CHECK( typeof(name)='text' AND length(name)>=1 )
) WITHOUT ROWID;
CREATE TABLE shun(uuid PRIMARY KEY, mtime INTEGER, scom TEXT)
  WITHOUT ROWID;
CREATE TABLE admin_log(
 id INTEGER PRIMARY KEY,
 time INTEGER, -- since 1970
 page TEXT,    -- where
 who TEXT,     -- who's it
  what TEXT     -- "what"
);
CREATE TABLE subscriber(
  subscriberId INTEGER PRIMARY KEY,
  subscriberCode BLOB DEFAULT (randomblob(32)) UNIQUE,
  semail TEXT UNIQUE COLLATE nocase,
  suname TEXT,
  sverified BOOLEAN DEFAULT true,
  ssub TEXT,
  sctime INTDATE,
  mtime INTDATE,
  smip TEXT
, lastContact INT);
CREATE TABLE pending_alert(
  eventid TEXT PRIMARY KEY,
  sentSep BOOLEAN DEFAULT false,
  sentDigest BOOLEAN DEFAULT false
, sentMod BOOLEAN DEFAULT false) WITHOUT ROWID;
CREATE TABLE filename(
  fnid INTEGER PRIMARY KEY,
  name TEXT UNIQUE
) STRICT;
CREATE TABLE mlink(
  mid INTEGER,
  fid INTEGER,
  pmid INTEGER,
  pid INTEGER,
  fnid INTEGER REFERENCES filename,
  pfnid INTEGER,
  mperm INTEGER,
  isaux INT DEFAULT 0
) STRICT;
CREATE TABLE plink(
  pid INTEGER REFERENCES blob,
  cid INTEGER REFERENCES blob,
  isprim INT,
  mtime REAL,
  baseid INTEGER REFERENCES blob,
  UNIQUE(pid, cid)
) STRICT;
CREATE TABLE event(
  type TEXT,
  mtime REAL,
  objid INTEGER PRIMARY KEY,
  tagid INTEGER,
  uid INTEGER REFERENCES user,
  user TEXT,
  comment TEXT
) STRICT;
CREATE TABLE tag(
  tagid INTEGER PRIMARY KEY,
  tagname TEXT UNIQUE
) STRICT;
CREATE TABLE tagxref(
  tagid INTEGER REFERENCES tag,
  tagtype INTEGER,
  srcid INTEGER REFERENCES blob,
  value TEXT,
  mtime REAL,
  rid INTEGER REFERENCES blob,
  UNIQUE(rid, tagid)
) STRICT;
CREATE TABLE cherrypick(
  parentid INT,
  childid INT,
  isExclude INT DEFAULT false,
  PRIMARY KEY(parentid, childid)
) WITHOUT ROWID, STRICT;
CREATE TABLE vcache(
  vid INTEGER,         -- check-in ID
  fname TEXT,          -- filename
  rid INTEGER,         -- artifact ID
  PRIMARY KEY(vid,fname)
) WITHOUT ROWID;
CREATE TABLE chat(
  msgid INTEGER PRIMARY KEY AUTOINCREMENT,
  mtime JULIANDAY,
  lmtime TEXT,
  xfrom TEXT,
  xmsg  TEXT,
  file  BLOB
);
CREATE TABLE ftsdocs(
  rowid INTEGER PRIMARY KEY,
  type CHAR(1),
  rid INTEGER,
  name TEXT,
  idxed BOOLEAN,
  label TEXT,
  url TEXT,
  mtime DATE,
  bx TEXT,
  UNIQUE(type,rid)
);
CREATE TABLE ticket(
  -- these belong to Fossil: don't touch
  tkt_id INTEGER PRIMARY KEY,
  tkt_uuid TEXT UNIQUE,
  tkt_mtime DATE,
  tkt_ctime DATE,
  -- and these are yours
  type TEXT,
  status TEXT,
  title TEXT,
  comment TEXT
);
CREATE TABLE ticketchng(
  -- these belong to Fossil: don't touch
  tkt_id INTEGER REFERENCES ticket,
  tkt_rid INTEGER REFERENCES blob,
  tkt_mtime DATE,
  tkt_user TEXT,
  icomment TEXT
);
CREATE INDEX delta_i1 ON delta(srcid);
CREATE INDEX blob_rcvid ON blob(rcvid);
CREATE INDEX subscriberUname
  ON subscriber(suname) WHERE suname IS NOT NULL;
CREATE INDEX mlink_i1 ON mlink(mid);
CREATE INDEX plink_i2 ON plink(cid,pid);
CREATE INDEX tagxref_i1 ON tagxref(tagid, mtime);
CREATE INDEX ftsdocIdxed ON ftsdocs(type,rid,name) WHERE idxed==0;
CREATE INDEX ftsdocName ON ftsdocs(name) WHERE type='w';
CREATE VIEW artifact(rid,rcvid,size,atype,srcid,hash,content) AS
  SELECT blob.rid,rcvid,size,1,srcid,uuid,content
    FROM blob LEFT JOIN delta ON (blob.rid=delta.rid);
CREATE VIEW ftscontent AS
  SELECT rowid, type, rid, name, idxed, label, url, mtime,
         title(type,rid,name) AS 'title', body(type,rid,name) AS 'body'
    FROM ftsdocs;
CREATE VIRTUAL TABLE ftsidx
  USING fts5(content="ftscontent", title, body);
CREATE VIRTUAL TABLE chatfts1 USING fts5(
  xmsg, content=chat, content_rowid=msgid,tokenize=porter);
CREATE TRIGGER chat_ai AFTER INSERT ON chat BEGIN
  INSERT INTO chatfts1(rowid, xmsg) VALUES(new.msgid, new.xmsg);
END;
CREATE TRIGGER chat_ad AFTER DELETE ON chat BEGIN
  INSERT INTO chatfts1(chatfts1,rowid,xmsg) VALUES('delete',old.msgid,old.xmsg);
END;
