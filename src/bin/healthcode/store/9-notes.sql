-- What is noted of a person besides entries: tests, vaccinations and exemptions, by what and when. Of a test `value` is the result, of a
-- vaccination how many doses.
CREATE TABLE note (
    person TEXT NOT NULL,
    what TEXT NOT NULL,
    name TEXT NOT NULL,
    at BIGINT NOT NULL,
    value TEXT,
    by_whom TEXT,
    PRIMARY KEY (person, what, name, at)
);
