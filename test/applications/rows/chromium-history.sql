INSERT INTO meta VALUES ('version', '70'), ('last_compatible_version', 16);
INSERT INTO urls (url, title, visit_count, last_visit_time) VALUES
  ('https://sqlite.org/', 'SQLite', 2, 13370000000000001), ('https://example.org/', '', 1, 13370000000000002);
INSERT INTO visits (url, visit_time, from_visit, transition, is_known_to_sync, app_id) VALUES
  (1, 13370000000000001, 0, 805306368, TRUE, NULL), (2, 13370000000000002, 1, 0, FALSE, 'org.example'), (1, 13370000000000003, 2, 1, 0, NULL);
DELETE FROM visits WHERE id = 3;
INSERT INTO segments VALUES (1, 'http://sqlite.org/', NULL), (2, NULL, 2);
INSERT INTO clusters_and_visits VALUES (1, 2, 0.5, 1, 'u', 'n', 'd', 0), (1, 1, 1, 0, 'u', 'n', 'd', 1);
INSERT INTO content_annotations (visit_id, visibility_score, annotation_flags, has_url_keyed_image) VALUES (1, -1.0, 0, 0);
INSERT INTO downloads_url_chains VALUES (1, 0, 'https://example.org/a'), (1, 1, 'https://example.org/b');
