INSERT INTO REPOSITORY VALUES (1, 'https://example.org/svn', 'u-1');
INSERT INTO WCROOT VALUES (1, NULL);
INSERT INTO PRISTINE VALUES ('$sha1$aa', NULL, 10, 0, '$md5 $bb'), ('$sha1$cc', NULL, 9007199254740993, 0, '$md5 $dd');
INSERT INTO NODES (wc_id, local_relpath, op_depth, parent_relpath, repos_id, revision, presence, kind, checksum) VALUES
  (1, '', 0, NULL, 1, 7, 'normal', 'dir', NULL), (1, 'a.c', 0, '', 1, 7, 'normal', 'file', '$sha1$aa'), (1, 'a.c', 1, '', NULL, NULL, 'base-deleted', 'file', NULL), (1, 'b.c', 0, '', 1, 7, 'normal', 'file', '$sha1$aa');
INSERT INTO ACTUAL_NODE (wc_id, local_relpath, parent_relpath, changelist) VALUES (1, 'b.c', '', 'mine');
INSERT INTO LOCK VALUES (1, 'trunk/b.c', 'opaquelocktoken:1', 'ada', 1700000000000000);
INSERT INTO WORK_QUEUE (work) VALUES (x'28'), (x'29');
DELETE FROM WORK_QUEUE;
INSERT INTO WC_LOCK (wc_id, local_dir_relpath) VALUES (1, '');
