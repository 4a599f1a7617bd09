INSERT INTO rss_feed (rssurl, url, title) VALUES ('https://example.org/feed', 'https://example.org/', 'Example');
INSERT INTO rss_item (guid, title, author, url, feedurl, pubDate, content, unread) VALUES
  ('g1', 'One', '', 'https://example.org/1', 'https://example.org/feed', 1700000001, '<p>"one"</p>', 1),
  ('g2', 'Two', 'Ada', 'https://example.org/2', 'https://example.org/feed', 1700000002, '', 0),
  ('g3', 'Gone', '', 'https://example.org/3', 'https://example.org/feed', 1700000003, '', 0);
DELETE FROM rss_item WHERE guid = 'g3';
INSERT INTO google_replay (guid, state, ts) VALUES ('g1', 0, 5);
INSERT INTO metadata VALUES (2, 11);
