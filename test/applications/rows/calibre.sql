INSERT INTO authors (name, sort) VALUES ('Ursula K. Le Guin', 'Le Guin, Ursula K.'), ('Ada', NULL);
INSERT INTO series (name) VALUES ('The Hainish Cycle');
INSERT INTO books (title, timestamp, pubdate, path) VALUES
  ('The Dispossessed', '2024-01-01 00:00:00+00:00', '1974-05-01', 'lg/1'), ('A Wizard of Earthsea', '2024-01-02', '1968-01-01', 'lg/2'),
  ('Gone', '2024-01-03', '2000-01-01', 'x/3');
DELETE FROM books WHERE title = 'gone';
INSERT INTO books_authors_link (book, author) VALUES (1, 1), (2, 1);
INSERT INTO books_series_link (book, series) VALUES (1, 1);
INSERT INTO ratings (rating) VALUES (10), (NULL);
INSERT INTO books_ratings_link (book, rating) VALUES (1, 1);
INSERT INTO tags (name) VALUES ('SF'), ('Fantasy');
INSERT INTO books_tags_link (book, tag) VALUES (1, 1), (2, 2);
INSERT INTO data (book, format, uncompressed_size, name) VALUES (1, 'EPUB', 100, 'd'), (2, NULL, NULL, NULL);
INSERT INTO identifiers (book, val) VALUES (1, '978-0-06-105488-1');
INSERT INTO annotations (book, format, user_type, user, timestamp, annot_id, annot_type, annot_data, searchable_text) VALUES
  (1, 'EPUB', 'local', 'viewer', 1.5, 'n1', 'highlight', '{}', 'There was a wall. It did not look important.'),
  (2, 'EPUB', 'local', 'viewer', 2.5, 'n2', 'highlight', '{}', 'Walls and wizardry'),
  (2, 'EPUB', 'local', 'viewer', 3.5, 'n3', 'bookmark', '{}', 'gone');
DELETE FROM annotations WHERE annot_id = 'n3';
INSERT INTO custom_column_1 (value) VALUES ('unread');
INSERT INTO books_custom_column_1_link (book, value) VALUES (1, 1);
