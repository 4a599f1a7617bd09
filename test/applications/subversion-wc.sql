-- A Subversion working copy's wc.db, about version 1.8 (format 31). Here for a comment before every column, with quotes,
-- semicolons and commas in it, a table called LOCK, names in capitals that triggers and views write small, a comment
-- between a trigger's WHEN and its BEGIN, a unique index over three columns beside one of the same columns, and SELECT *
-- in views over a table with itself.
CREATE TABLE REPOSITORY (
  id INTEGER PRIMARY KEY AUTOINCREMENT,

  /* the root's URL, "URI-encoded"; */
  root  TEXT UNIQUE NOT NULL,
  /* the repository's own id, whatever its URL */
  uuid  TEXT NOT NULL
  );
CREATE INDEX I_UUID ON REPOSITORY (uuid);
CREATE INDEX I_ROOT ON REPOSITORY (root);
CREATE TABLE WCROOT (
  id  INTEGER PRIMARY KEY AUTOINCREMENT,
  /* NULL where it's the folder of this file */
  local_abspath  TEXT UNIQUE
  );
CREATE UNIQUE INDEX I_LOCAL_ABSPATH ON WCROOT (local_abspath);
CREATE TABLE PRISTINE (
  /* SHA-1, as "$sha1$…" */
  checksum  TEXT NOT NULL PRIMARY KEY,

  /* ### NULL so far: not compressed */
  compression  INTEGER,
  size  INTEGER NOT NULL,
  /* how many NODES rows have it; the triggers count */
  refcount  INTEGER NOT NULL,
  md5_checksum  TEXT NOT NULL
  );
CREATE INDEX I_PRISTINE_MD5 ON PRISTINE (md5_checksum);
CREATE TABLE ACTUAL_NODE (
  wc_id  INTEGER NOT NULL REFERENCES WCROOT (id),
  local_relpath  TEXT NOT NULL,
  /* "" below the root, NULL at it */
  parent_relpath  TEXT,
  properties  BLOB,
  conflict_old  TEXT,
  conflict_new  TEXT,  /* ### is this right? */
  changelist  TEXT,
  conflict_data  BLOB,
  /* (stsp: for text conflicts, isn't it?) */
  older_checksum  TEXT REFERENCES PRISTINE (checksum),
  left_checksum  TEXT REFERENCES PRISTINE (checksum),
  right_checksum  TEXT REFERENCES PRISTINE (checksum),

  PRIMARY KEY (wc_id, local_relpath)
  );
CREATE UNIQUE INDEX I_ACTUAL_PARENT ON ACTUAL_NODE (wc_id, parent_relpath,
                                                    local_relpath);
CREATE TABLE LOCK (
  repos_id  INTEGER NOT NULL REFERENCES REPOSITORY (id),
  repos_relpath  TEXT NOT NULL,
  lock_token  TEXT NOT NULL,
  /* ### NOT NULL? */
  lock_owner  TEXT,
  lock_date  INTEGER,   /* microseconds since 1970 */
  
  PRIMARY KEY (repos_id, repos_relpath)
  );
CREATE TABLE WORK_QUEUE (
  id  INTEGER PRIMARY KEY AUTOINCREMENT,
  work  BLOB NOT NULL
  );
CREATE TABLE WC_LOCK (
  wc_id  INTEGER NOT NULL  REFERENCES WCROOT (id),
  local_dir_relpath  TEXT NOT NULL,

  locked_levels  INTEGER NOT NULL DEFAULT -1,

  PRIMARY KEY (wc_id, local_dir_relpath)
 );
CREATE TABLE NODES (
  /* where it is */

  wc_id  INTEGER NOT NULL REFERENCES WCROOT (id),
  local_relpath  TEXT NOT NULL,

  /* 0 is what was checked out; more, the depth of the change ("op_depth") */
  op_depth INTEGER NOT NULL,
  parent_relpath  TEXT,
  repos_id  INTEGER REFERENCES REPOSITORY (id),
  repos_path  TEXT,
  revision  INTEGER,

  /* 'normal', 'not-present', 'incomplete', … */
  presence  TEXT NOT NULL,
  moved_here  INTEGER,
  moved_to  TEXT,

  kind  TEXT NOT NULL,
  properties  BLOB,
  depth  TEXT,
  checksum  TEXT REFERENCES PRISTINE (checksum),
  symlink_target  TEXT,

  changed_revision  INTEGER,
  changed_date      INTEGER,
  changed_author    TEXT,
  translated_size  INTEGER,
  last_mod_time  INTEGER,
  dav_cache  BLOB,
  file_external  INTEGER,
  /* the "iprops" of the root, or NULL */
  inherited_props  BLOB,

  PRIMARY KEY (wc_id, local_relpath, op_depth)

  );
CREATE UNIQUE INDEX I_NODES_PARENT ON NODES (wc_id, parent_relpath,
                                             local_relpath, op_depth);
CREATE UNIQUE INDEX I_NODES_MOVED ON NODES (wc_id, moved_to, op_depth);
CREATE TABLE EXTERNALS (
  wc_id  INTEGER NOT NULL REFERENCES WCROOT (id),
  local_relpath  TEXT NOT NULL,
  parent_relpath  TEXT NOT NULL,
  repos_id  INTEGER NOT NULL REFERENCES REPOSITORY (id),
  presence  TEXT NOT NULL,
  kind  TEXT NOT NULL,
  def_local_relpath         TEXT NOT NULL,
  def_revision              TEXT,

  PRIMARY KEY (wc_id, local_relpath)
);
CREATE UNIQUE INDEX I_EXTERNALS_DEFINED ON EXTERNALS (wc_id,
                                                      def_local_relpath,
                                                      local_relpath);
CREATE VIEW NODES_CURRENT AS
  SELECT * FROM nodes AS n
    WHERE op_depth = (SELECT MAX(op_depth) FROM nodes AS n2
                      WHERE n2.wc_id = n.wc_id
                        AND n2.local_relpath = n.local_relpath);
CREATE VIEW NODES_BASE AS
  SELECT * FROM nodes
  WHERE op_depth = 0;
CREATE TRIGGER nodes_insert_trigger
AFTER INSERT ON nodes
WHEN NEW.checksum IS NOT NULL
BEGIN
  UPDATE pristine SET refcount = refcount + 1
  WHERE checksum = NEW.checksum;
END;
CREATE TRIGGER nodes_delete_trigger
AFTER DELETE ON nodes
WHEN OLD.checksum IS NOT NULL
BEGIN
  UPDATE pristine SET refcount = refcount - 1
  WHERE checksum = OLD.checksum;
END;
CREATE TRIGGER nodes_update_checksum_trigger
AFTER UPDATE OF checksum ON nodes
WHEN NEW.checksum IS NOT OLD.checksum
  /* AND (NEW.checksum IS NOT NULL OR OLD.checksum IS NOT NULL); both can't begin: BEGIN */
BEGIN
  UPDATE pristine SET refcount = refcount + 1
  WHERE checksum = NEW.checksum;
  UPDATE pristine SET refcount = refcount - 1
  WHERE checksum = OLD.checksum;
END;
