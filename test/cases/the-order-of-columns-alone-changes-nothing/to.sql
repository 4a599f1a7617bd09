create table "T" ([id] integer primary key, `age` INTEGER, name TEXT DEFAULT NULL);
