-- Plex Media Server's library database, about version 1.32, a few of its tables. Here for what only Plex's SQLite has, three
-- things at once: the collation icu_root, the FTS4 tokenizer `collating`, the module spellfix1; for Rails' quoted names and
-- spaces, dt_integer(8), `DEFAULT 'f'` on a boolean, FTS4 with external content, and triggers that end in its tokenizer.
CREATE TABLE "schema_migrations" ("version" varchar(255) NOT NULL, "rollback_sql" varchar(255), "optimize_on_rollback" boolean, "min_version" varchar(255));
CREATE UNIQUE INDEX "unique_schema_migrations" ON "schema_migrations" ("version" );
CREATE TABLE "library_sections" ("id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL , "library_id" integer, "name" varchar(255), "name_sort" varchar(255) COLLATE icu_root, "section_type" integer, "language" varchar(255), "agent" varchar(255), "created_at" dt_integer(8), "updated_at" dt_integer(8), "public" boolean DEFAULT 'f', "uuid" varchar(255), "changed_at" integer(8) DEFAULT '0' );
CREATE TABLE "section_locations" ("id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "library_section_id" integer, "root_path" varchar(255), "available" boolean DEFAULT 't', "scanned_at" dt_integer(8));
CREATE TABLE "metadata_items" ("id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "library_section_id" integer, "parent_id" integer, "metadata_type" integer, "guid" varchar(255), "media_item_count" integer, "title" varchar(255), "title_sort" varchar(255) COLLATE NOCASE, "original_title" varchar(255), "rating" float, "summary" text, "index" integer, "duration" integer, "user_thumb_url" varchar(255), "added_at" dt_integer(8), "year" integer, "hash" varchar(255), "changed_at" integer(8) DEFAULT '0', 'slug' varchar(255));
CREATE TABLE "media_items" ("id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "library_section_id" integer, "metadata_item_id" integer, "width" integer, "height" integer, "size" integer(8), "display_aspect_ratio" float, "hints" varchar(255) DEFAULT '', "deleted_at" datetime);
CREATE TABLE "tags" ("id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "metadata_item_id" integer, "tag" varchar(255) COLLATE NOCASE, "tag_type" integer, "tag_value" integer);
CREATE TABLE "taggings" ("id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "metadata_item_id" integer, "tag_id" integer, "index" integer, "text" varchar(255), "time_offset" integer);
CREATE VIRTUAL TABLE fts4_tag_titles_icu USING fts4(content='tags', tag, tokenize=collating 'root@colStrength=primary;colAlternate=shifted');
CREATE VIRTUAL TABLE fts4_metadata_titles_icu USING fts4(content='metadata_items', title, title_sort, original_title, tokenize=collating 'root@colStrength=primary;colAlternate=shifted');
CREATE VIRTUAL TABLE locations USING rtree(id, lat_min, lat_max, lon_min, lon_max);
CREATE VIRTUAL TABLE spellfix_tag_titles USING spellfix1;
CREATE TABLE "spellfix_tag_titles_vocab"(id INTEGER PRIMARY KEY, rank INT, langid INT, word TEXT, k1 TEXT, k2 TEXT);
CREATE INDEX "spellfix_tag_titles_vocab_index_langid_k2" ON "spellfix_tag_titles_vocab"(langid,k2);
CREATE INDEX "index_metadata_items_on_library_section_id" ON "metadata_items" ("library_section_id" );
CREATE INDEX "index_metadata_items_on_title" ON "metadata_items" ("title" );
CREATE INDEX 'index_metadata_items_on_slug' ON 'metadata_items' ('slug');
CREATE INDEX index_title_sort_icu ON metadata_items (title_sort collate icu_root);
CREATE INDEX "index_taggings_on_tag_id_and_index" ON "taggings" ("tag_id" , "index" DESC );
CREATE TRIGGER fts4_tag_titles_before_update_icu BEFORE UPDATE ON tags BEGIN DELETE FROM fts4_tag_titles_icu WHERE docid=old.rowid; END;
CREATE TRIGGER fts4_tag_titles_before_delete_icu BEFORE DELETE ON tags BEGIN DELETE FROM fts4_tag_titles_icu WHERE docid=old.rowid; END;
CREATE TRIGGER fts4_tag_titles_after_update_icu AFTER UPDATE ON tags BEGIN INSERT INTO fts4_tag_titles_icu(docid, tag) VALUES(new.rowid, new.tag); END;
CREATE TRIGGER fts4_tag_titles_after_insert_icu AFTER INSERT ON tags BEGIN INSERT INTO fts4_tag_titles_icu(docid, tag) VALUES(new.rowid, new.tag); END;
CREATE TRIGGER fts4_metadata_titles_before_update_icu BEFORE UPDATE ON metadata_items
BEGIN
  DELETE FROM fts4_metadata_titles_icu WHERE docid=old.rowid;
END;
CREATE TRIGGER fts4_metadata_titles_after_update_icu AFTER UPDATE ON metadata_items
BEGIN
  INSERT INTO fts4_metadata_titles_icu(docid, title, title_sort, original_title) VALUES(new.rowid, new.title, new.title_sort, new.original_title);
END;
CREATE TRIGGER fts4_metadata_titles_after_insert_icu AFTER INSERT ON metadata_items
BEGIN
  INSERT INTO fts4_metadata_titles_icu(docid, title, title_sort, original_title) VALUES(new.rowid, new.title, new.title_sort, new.original_title);
END;
CREATE TRIGGER fts4_metadata_titles_before_delete_icu BEFORE DELETE ON metadata_items BEGIN DELETE FROM fts4_metadata_titles_icu WHERE docid=old.rowid; END;
