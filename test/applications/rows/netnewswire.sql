INSERT INTO search (docid, title, body) VALUES (1, 'Bird news', 'The heron came back.'), (2, 'Other', 'Nothing about birds.');
INSERT INTO articles (articleID, feedID, uniqueID, title, datePublished, searchRowID) VALUES
  ('a1', 'f1', 'u1', 'Bird news', 1700000000.25, 1), ('a2', 'f1', 'u2', NULL, NULL, 2), ('a3', 'f2', 'u3', 'Not indexed yet', 5, NULL);
INSERT INTO statuses (articleID, read) VALUES ('a1', 1), ('a2', 0);
INSERT INTO authors VALUES ('p1', 'Ada', NULL, NULL, NULL);
INSERT INTO authorsLookup VALUES ('p1', 'a1');
