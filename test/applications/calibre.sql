-- Calibre's metadata.db (an e-book library), about version 7, with one custom column. Here for functions and aggregates
-- that only Calibre has (title_sort, uuid4, concat, sortconcat, books_list_filter), in triggers and views; for `NON NULL`,
-- DEFAULT "", NOCASE on columns, keys and indexes, FTS5 with external content twice, and triggers that call RAISE.
CREATE TABLE books ( id   INTEGER PRIMARY KEY AUTOINCREMENT,
                     title     TEXT NOT NULL DEFAULT 'Unknown' COLLATE NOCASE,
                     sort      TEXT COLLATE NOCASE,
                     timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP, pubdate TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
                     series_index REAL NOT NULL DEFAULT 1.0,
                     author_sort TEXT COLLATE NOCASE,
                     isbn TEXT DEFAULT "" COLLATE NOCASE, lccn TEXT DEFAULT "" COLLATE NOCASE,
                     path TEXT NOT NULL DEFAULT "",
                     flags INTEGER NOT NULL DEFAULT 1,
                     uuid TEXT,
                     has_cover BOOL DEFAULT 0,
                     last_modified TIMESTAMP NOT NULL DEFAULT "2000-01-01 00:00:00+00:00");
CREATE INDEX books_idx ON books (sort COLLATE NOCASE);
CREATE INDEX authors_idx ON books (author_sort COLLATE NOCASE);

CREATE TABLE authors ( id   INTEGER PRIMARY KEY,
	name TEXT NOT NULL COLLATE NOCASE,
	sort TEXT COLLATE NOCASE,
	link TEXT NOT NULL DEFAULT "",
	UNIQUE(name)
     );
CREATE TABLE series ( id   INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE, sort TEXT COLLATE NOCASE, UNIQUE (name)
                    );
CREATE INDEX series_idx ON series (name COLLATE NOCASE);
CREATE TABLE tags ( id   INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE,
                    UNIQUE (name)
                  );
CREATE TABLE ratings ( id   INTEGER PRIMARY KEY,
                       rating INTEGER CHECK(rating > -1 AND rating < 11), link TEXT NOT NULL DEFAULT '',
                       UNIQUE (rating) );

CREATE TABLE books_authors_link ( id INTEGER PRIMARY KEY, book INTEGER NOT NULL, author INTEGER NOT NULL, UNIQUE(book, author) );
CREATE TABLE books_series_link  ( id INTEGER PRIMARY KEY, book INTEGER NOT NULL, series INTEGER NOT NULL, UNIQUE(book) );
CREATE TABLE books_ratings_link ( id INTEGER PRIMARY KEY, book INTEGER NOT NULL, rating INTEGER NOT NULL, UNIQUE(book, rating) );
CREATE TABLE books_tags_link    ( id INTEGER PRIMARY KEY, book INTEGER NOT NULL, tag INTEGER NOT NULL, UNIQUE(book, tag) );
CREATE INDEX books_authors_link_aidx ON books_authors_link (author);
CREATE INDEX books_authors_link_bidx ON books_authors_link (book);
CREATE INDEX books_series_link_aidx ON books_series_link (series);

CREATE TABLE data ( id INTEGER PRIMARY KEY,
    book INTEGER NON NULL,
    format TEXT NON NULL COLLATE NOCASE,
    uncompressed_size INTEGER NON NULL,
    name TEXT NON NULL,
    UNIQUE(book, format)
);
CREATE INDEX data_idx ON data (book);
CREATE INDEX formats_idx ON data (format);
CREATE TABLE comments ( id INTEGER PRIMARY KEY, book INTEGER NON NULL, text TEXT NON NULL COLLATE NOCASE, UNIQUE(book) );
CREATE TABLE identifiers  ( id     INTEGER PRIMARY KEY,
                            book   INTEGER NON NULL,
                            type   TEXT NON NULL DEFAULT "isbn" COLLATE NOCASE,
                            val    TEXT NON NULL COLLATE NOCASE,
                            UNIQUE(book, type)
    );
CREATE TABLE books_plugin_data(id INTEGER PRIMARY KEY,book INTEGER NON NULL,name TEXT NON NULL,val TEXT NON NULL,UNIQUE(book,name));
CREATE TABLE custom_columns (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    label    TEXT NOT NULL,
    name     TEXT NOT NULL,
    datatype TEXT NOT NULL,
    mark_for_delete   BOOL DEFAULT 0 NOT NULL,
    editable BOOL DEFAULT 1 NOT NULL,
    display  TEXT DEFAULT "{}" NOT NULL,
    is_multiple BOOL DEFAULT 0 NOT NULL,
    normalized BOOL NOT NULL,
    UNIQUE(label)
);
CREATE TABLE custom_column_1(
        id    INTEGER PRIMARY KEY AUTOINCREMENT,
        value TEXT NOT NULL COLLATE NOCASE,
        link TEXT NOT NULL DEFAULT "",
        UNIQUE(value));
CREATE INDEX custom_column_1_idx ON custom_column_1 (value COLLATE NOCASE);
CREATE TABLE books_custom_column_1_link(
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        book INTEGER NOT NULL,
        value INTEGER NOT NULL,

        UNIQUE(book, value)
        );

CREATE TABLE annotations ( id INTEGER PRIMARY KEY,
	book INTEGER NOT NULL, format TEXT NOT NULL COLLATE NOCASE,
	user_type TEXT NOT NULL, user TEXT NOT NULL,
	timestamp REAL NOT NULL,
	annot_id TEXT NOT NULL, annot_type TEXT NOT NULL, annot_data TEXT NOT NULL,
    searchable_text TEXT NOT NULL DEFAULT "",
    UNIQUE(book, user_type, user, format, annot_type, annot_id)
);
CREATE INDEX annot_idx ON annotations (book);
CREATE VIRTUAL TABLE annotations_fts USING fts5(searchable_text, content = 'annotations', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE annotations_fts_stemmed USING fts5(searchable_text, content = 'annotations', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2');
CREATE TRIGGER annotations_fts_insert_trg AFTER INSERT ON annotations 
BEGIN
  INSERT INTO annotations_fts(rowid, searchable_text) VALUES (NEW.id, NEW.searchable_text);
  INSERT INTO annotations_fts_stemmed(rowid, searchable_text) VALUES (NEW.id, NEW.searchable_text);
END;
CREATE TRIGGER annotations_fts_delete_trg AFTER DELETE ON annotations 
BEGIN
  INSERT INTO annotations_fts(annotations_fts, rowid, searchable_text) VALUES('delete', OLD.id, OLD.searchable_text);
  INSERT INTO annotations_fts_stemmed(annotations_fts_stemmed, rowid, searchable_text) VALUES('delete', OLD.id, OLD.searchable_text);
END;
CREATE TRIGGER annotations_fts_update_trg AFTER UPDATE ON annotations 
BEGIN
  INSERT INTO annotations_fts(annotations_fts, rowid, searchable_text) VALUES('delete', OLD.id, OLD.searchable_text);
  INSERT INTO annotations_fts(rowid, searchable_text) VALUES (NEW.id, NEW.searchable_text);
  INSERT INTO annotations_fts_stemmed(annotations_fts_stemmed, rowid, searchable_text) VALUES('delete', OLD.id, OLD.searchable_text);
  INSERT INTO annotations_fts_stemmed(rowid, searchable_text) VALUES (NEW.id, NEW.searchable_text);
END;

CREATE TRIGGER books_insert_trg AFTER INSERT ON books
    BEGIN
        UPDATE books SET sort=title_sort(NEW.title),uuid=uuid4() WHERE id=NEW.id;
    END;
CREATE TRIGGER books_update_trg
        AFTER UPDATE ON books
        BEGIN
        UPDATE books SET sort=title_sort(NEW.title)
                     WHERE id=NEW.id AND OLD.title <> NEW.title;
        END;
CREATE TRIGGER books_delete_trg
        AFTER DELETE ON books
        BEGIN
            DELETE FROM books_authors_link WHERE book=OLD.id; DELETE FROM books_series_link WHERE book=OLD.id;
            DELETE FROM books_ratings_link WHERE book=OLD.id; DELETE FROM books_tags_link WHERE book=OLD.id;
            DELETE FROM data WHERE book=OLD.id;
            DELETE FROM annotations WHERE book=OLD.id;
            DELETE FROM comments WHERE book=OLD.id;
            DELETE FROM identifiers WHERE book=OLD.id;
            DELETE FROM books_plugin_data WHERE book=OLD.id;
    END;
CREATE TRIGGER series_insert_trg AFTER INSERT ON series BEGIN UPDATE series SET sort=title_sort(NEW.name) WHERE id=NEW.id; END;
CREATE TRIGGER fkc_data_insert BEFORE INSERT ON data
    BEGIN
        SELECT CASE WHEN (SELECT id from books WHERE id=NEW.book) IS NULL
            THEN RAISE(ABORT, 'no such book')
        END;
    END;
CREATE TRIGGER fkc_delete_on_authors BEFORE DELETE ON authors
    BEGIN
        SELECT CASE
            WHEN (SELECT COUNT(id) FROM books_authors_link WHERE author=OLD.id) > 0
            THEN RAISE(ABORT, 'the author still has books')
        END;
    END;
CREATE TRIGGER fkc_update_books_series_link_b BEFORE UPDATE OF series ON books_series_link
    BEGIN
        SELECT CASE
            WHEN (SELECT id from books WHERE id=NEW.book) IS NULL THEN RAISE(ABORT, 'no such book')
            WHEN (SELECT id from series WHERE id=NEW.series) IS NULL THEN RAISE(ABORT, 'no such series; see "series"')
        END;
    END;

CREATE VIEW meta AS
    SELECT id, title,
        (SELECT sortconcat(bal.id, name) FROM books_authors_link AS bal JOIN authors ON(author = authors.id) WHERE book = books.id) authors,
        (SELECT rating FROM ratings WHERE ratings.id IN (SELECT rating from books_ratings_link WHERE book=books.id)) rating,
        timestamp,
        (SELECT MAX(uncompressed_size) FROM data WHERE book=books.id) size,
        (SELECT concat(name) FROM tags WHERE tags.id IN (SELECT tag from books_tags_link WHERE book=books.id)) tags,
        (SELECT text FROM comments WHERE book=books.id) comments,
        series_index, sort,
        (SELECT concat(format) FROM data WHERE data.book=books.id) formats,
        isbn, path, uuid
    FROM books;
CREATE VIEW tag_browser_authors AS SELECT id, name,
        (SELECT COUNT(id) FROM books_authors_link WHERE author=authors.id) count,
        (SELECT AVG(ratings.rating)
            FROM books_authors_link AS tl, books_ratings_link AS bl, ratings
            WHERE tl.author=authors.id AND bl.book=tl.book AND ratings.id = bl.rating AND ratings.rating <> 0) avg_rating,
        sort AS sort
    FROM authors;
CREATE VIEW tag_browser_filtered_series AS SELECT id, name,
        (SELECT COUNT(books_series_link.id) FROM books_series_link WHERE series=series.id AND books_list_filter(book)) count,
        (title_sort(name)) AS sort
    FROM series;
