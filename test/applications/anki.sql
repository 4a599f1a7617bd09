-- Anki's collection.anki2, schema 18. Here for the collation `unicase`, which only Anki defines, on columns, on the key of
-- a table and under unique indexes; for keywords in small letters, the type `bytes`, and WITHOUT ROWID.
create table col
(
    id     integer primary key,
    crt    integer not null,
    mod    integer not null,
    scm    integer not null,
    ver    integer not null,
    dty    integer not null,
    usn    integer not null,
    ls     integer not null,
    conf   text    not null,
    models text    not null,
    decks  text    not null,
    dconf  text    not null,
    tags   text    not null
);
create table notes
(
    id    integer primary key,
    guid  text    not null,
    mid   integer not null,
    mod   integer not null,
    usn   integer not null,
    tags  text    not null,
    flds  text    not null,
    -- a number where the text looks like one, so that both sort well
    sfld  integer not null,
    csum  integer not null,
    flags integer not null,
    data  text    not null
);
create table cards
(
    id     integer primary key,
    nid    integer not null,
    did    integer not null,
    ord    integer not null,
    mod    integer not null,
    usn    integer not null,
    type   integer not null,
    queue  integer not null,
    due    integer not null,
    ivl    integer not null,
    factor integer not null,
    reps   integer not null,
    lapses integer not null,
    left   integer not null,
    odue   integer not null,
    odid   integer not null,
    flags  integer not null,
    data   text    not null
);
create table revlog
(
    id      integer primary key,
    cid     integer not null,
    usn     integer not null,
    ease    integer not null,
    ivl     integer not null,
    lastIvl integer not null,
    factor  integer not null,
    time    integer not null,
    type    integer not null
);
CREATE TABLE graves (
  oid integer NOT NULL,
  type integer NOT NULL,
  usn integer NOT NULL,
  PRIMARY KEY (oid, type)
) WITHOUT ROWID;
create table deck_config (
  id integer primary key not null,
  name text not null collate unicase,
  mtime_secs integer not null,
  usn integer not null,
  config blob not null
);
create table config (
  key text not null primary key,
  usn integer not null,
  mtime_secs integer not null,
  val blob not null
) without rowid;
create table fields (
  ntid integer not null,
  ord integer not null,
  name text not null collate unicase,
  config blob not null,
  primary key (ntid, ord)
) without rowid;
create table templates (
  ntid integer not null,
  ord integer not null,
  name text not null collate unicase,
  mtime_secs integer not null,
  usn integer not null,
  config blob not null,
  primary key (ntid, ord)
) without rowid;
create table notetypes (
  id integer not null primary key,
  name text not null collate unicase,
  mtime_secs integer not null,
  usn integer not null,
  config blob not null
);
create table decks (
  id integer primary key not null,
  name text not null collate unicase,
  mtime_secs integer not null,
  usn integer not null,
  common bytes not null,
  kind bytes not null
);
CREATE TABLE tags (
  tag text NOT NULL PRIMARY KEY COLLATE unicase,
  usn integer NOT NULL,
  collapsed boolean NOT NULL,
  config blob NULL
) without rowid;
create index ix_notes_usn on notes (usn);
create index ix_cards_usn on cards (usn);
create index ix_revlog_usn on revlog (usn);
create index ix_cards_nid on cards (nid);
create index ix_cards_sched on cards (did, queue, due);
create index ix_revlog_cid on revlog (cid);
create index ix_notes_csum on notes (csum);
CREATE INDEX idx_notes_mid ON notes (mid);
create unique index idx_fields_name_ntid on fields (name, ntid);
create unique index idx_templates_name_ntid on templates (name, ntid);
create unique index idx_notetypes_name on notetypes (name);
create unique index idx_decks_name on decks (name);
CREATE INDEX idx_cards_odid ON cards (odid)
WHERE odid != 0;
CREATE INDEX idx_graves_pending ON graves (usn);
