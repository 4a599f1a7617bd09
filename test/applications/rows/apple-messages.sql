INSERT INTO handle (id, country, service) VALUES ('+15550100', 'us', 'iMessage'), ('ada@example.org', NULL, 'SMS'), ('orphan', NULL, 'SMS');
DELETE FROM handle WHERE id = 'orphan';
INSERT INTO chat (guid, chat_identifier, service_name, room_name) VALUES ('g1', '+15550100', 'iMessage', NULL), ('g2', 'chat42', 'iMessage', 'room42');
INSERT INTO message (guid, text, handle_id, date, is_from_me) VALUES
  ('m1', 'hello', 1, 500000000000000001, 0), ('m2', NULL, 2, 500000000000000002, 1), ('m3', 'gone', 2, 3, 0), ('m4', 'pasted', 1, 4, 1);
UPDATE message SET balloon_bundle_id = 'com.example.balloon', attributedBody = x'0402' WHERE guid = 'm2';
INSERT INTO chat_handle_join VALUES (1, 1), (2, 1);
INSERT INTO chat_message_join (chat_id, message_id, message_date) SELECT 2, ROWID, date FROM message;
INSERT INTO attachment (guid, filename) VALUES ('a1', '~/Library/a.heic'), ('a2', NULL);
INSERT INTO message_attachment_join VALUES (1, 1), (4, 2);
DELETE FROM message WHERE guid = 'm3';
INSERT INTO _SqliteDatabaseProperties VALUES ('counter_in_all', '17');
