INSERT INTO moz_origins (id, prefix, host, frecency) VALUES (1, 'https://', 'sqlite.org', 100), (2, 'https://', 'example.org', -1);
INSERT INTO moz_places (id, url, title, rev_host, visit_count, guid, url_hash, origin_id) VALUES
  (1, 'https://sqlite.org/', 'SQLite', 'gro.etilqs.', 3, 'aaaaaaaaaaaa', 47358034, 1),
  (2, 'https://example.org/?q=''x''', NULL, 'gro.elpmaxe.', 0, 'bbbbbbbbbbbb', 9007199254740993, 2),
  (7, 'about:blank', '', '', 0, 'cccccccccccc', 0, NULL);
INSERT INTO moz_historyvisits (place_id, visit_date, visit_type) VALUES (1, 1700000000000001, 1), (1, 1700000000000002, 2);
INSERT INTO moz_bookmarks (type, fk, parent, position, title, guid) VALUES (1, 1, 3, 0, 'SQLite', 'root________');
INSERT INTO moz_keywords (keyword, place_id, post_data) VALUES ('sq', 1, NULL), ('gone', 2, 'x');
DELETE FROM moz_keywords WHERE keyword = 'gone';
INSERT INTO moz_meta VALUES ('sync/bookmarks/wipeRemote', 1), ('origin_frecency_sum', 2.5);
INSERT INTO moz_places_metadata_search_queries (terms) VALUES ('strict tables');
INSERT INTO moz_places_metadata (place_id, referrer_place_id, search_query_id) VALUES (1, 2, 1), (2, NULL, NULL);
INSERT INTO moz_session_metadata (guid) VALUES ('s1');
INSERT INTO moz_session_to_places VALUES (1, 1, 0), (1, 2, 1);
