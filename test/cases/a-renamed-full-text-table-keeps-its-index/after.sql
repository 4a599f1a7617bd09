SELECT rowid FROM texts WHERE texts MATCH 'other';
-- expect: 2
