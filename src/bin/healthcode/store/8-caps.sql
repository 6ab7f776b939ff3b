-- What a second officer has confirmed and is above a cap: who that was, and the step of a further authority's officer by which it came
-- into force. Until then no entry is made of it.
CREATE TABLE above_cap (
    proposal TEXT PRIMARY KEY REFERENCES proposal (id),
    officer TEXT NOT NULL,
    officer_key TEXT NOT NULL,
    endorsed TEXT
);
