INSERT INTO conversations (id, json, active_at, type) VALUES ('c1', '{"id":"c1"}', 5, 'private'), ('0042', NULL, NULL, NULL);
INSERT INTO attachment_downloads_backup_stats VALUES (0, 0, 0);
INSERT INTO messages (id, json, sent_at, received_at, conversationId, type, body, expireTimer, expirationStartTimestamp) VALUES
  ('m1', '{"bodyRanges":[{"mentionAci":"aci-1","start":0,"length":1}],"preview":[{}]}', 1, 1, 'c1', 'incoming', 'the early bird', 60, 1700000000),
  ('m2', '{"poll":{"question":"worms tonight?"}}', 2, 2, 'c1', 'outgoing', NULL, NULL, NULL),
  ('17', '{}', 3, 3, 'c1', 'call-history', '', NULL, NULL);
INSERT INTO messages (rowid, id, json, sent_at, isViewOnce, body, type) VALUES (100, 'm3', '{"callId":"77"}', 4, 1, 'seen once', NULL);
INSERT INTO attachment_downloads (messageId, attachmentType, attachmentSignature, receivedAt, attachmentJson, active, ciphertextSize, originalSource) VALUES
  ('m1', 'preview', 's1', 1, '{}', 0, 10, 'backup_import');
INSERT INTO attachment_downloads (messageId, attachmentType, attachmentSignature, receivedAt, attachmentJson, active) VALUES ('m2', 'attachment', 's2', 2, '{}', 1);
INSERT INTO pinnedMessages (conversationId, messageId, pinnedAt) VALUES ('c1', 'm1', 9);
INSERT INTO callsHistory VALUES ('77', 'c1', NULL, 'Direct', 'Incoming', 'Missed', 8);
INSERT INTO sendLogPayloads (timestamp, contentHint, proto) VALUES (1, 2, x'00ff');
INSERT INTO sendLogMessageIds VALUES (1, 'm2');
INSERT INTO badges VALUES ('b1', 'donor', 'Star', '');
INSERT INTO badgeImageFiles VALUES ('b1', 1, 'https://example.org/b1.svg', NULL, 'dark');
INSERT INTO preKeys (id, json) VALUES ('k1', '{"ourServiceId":"12"}');
