INSERT INTO folderLocations VALUES (1, 'imap://ada@example.org/INBOX', 0, 'INBOX', 50);
INSERT INTO conversations VALUES (1, 'worms', 1700000000000000, 1700000000000001);
INSERT INTO messages (id, folderID, messageKey, conversationID, date, headerMessageID) VALUES (32, 1, 5, 1, 1700000000000000, 'a@example.org'), (33, NULL, NULL, 1, NULL, '17');
INSERT INTO messageAttributes VALUES (1, 32, 41, 1), (1, 32, 42, 'text'), (1, 33, 41, 2.5);
INSERT INTO identities VALUES (1, 1, 'email', 'ada@example.org', 'Ada', 0), (2, 1, 'email', 'a@example.org', 17, 0);
INSERT INTO messagesText (docid, body, subject) VALUES (32, 'the early bird', 'worms'), (33, 'catches one', 're: worms');
