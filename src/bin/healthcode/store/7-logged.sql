-- What the public log has of entries: in which of a day's entries there each is, and its way to the root (salt, number and hashes).
CREATE TABLE logged_entry (
    entry TEXT PRIMARY KEY REFERENCES entry (id),
    day BIGINT NOT NULL,
    part BIGINT NOT NULL,
    way TEXT NOT NULL
);
CREATE INDEX logged_entry_part ON logged_entry (day, part);

-- The log's own entries about a day: the leaf in hexadecimal digits, and its proof. Until they are logged and proved, both are absent.
CREATE TABLE logged_part (
    day BIGINT NOT NULL,
    part BIGINT NOT NULL,
    leaf TEXT,
    proof TEXT,
    PRIMARY KEY (day, part)
);

-- What is confirmed of a day is looked for every few minutes.
CREATE INDEX entry_confirmed ON entry (confirmed);
