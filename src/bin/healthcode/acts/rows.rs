//! Rows of a proposal: who has which status, on which ground, since and until when. As text they are CSV (RFC 4180) with these
//! columns, in the same bytes for the same rows:
//!
//! ```csv
//! person,status,since,until,ground,district
//! 5c1e…,close-contact,2020-02-19T00:00:00Z,2020-03-04T00:00:00Z,law-article-39,330106
//! ```

use std::collections::{BTreeMap, BTreeSet};

use healthcode::calendar::{DAY, Date, Offset, Span, Time};
use healthcode::error::Coded;
use healthcode::facts::Status;
pub(crate) use healthcode::facts::floor::is_ground;
use healthcode::place::Place;
use serde::{Deserialize, Serialize};

use super::id::Person;

/// The columns.
pub(crate) const COLUMNS: [&str; 6] = ["person", "status", "since", "until", "ground", "district"];

/// How many rows a proposal may have: those of a city's worst day. Two people cannot look through more at once.
pub(crate) const ROWS: usize = 100_000;

/// How long their text may be: each has some 160 bytes.
pub(crate) const ROWS_BYTES: usize = 24 << 20;

/// The longest that a restriction may last before two officers look at it again.
pub(crate) const LONGEST: Span = Span::days(366);

/// A row.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// Who.
    pub(crate) person: Person,
    /// What was found.
    pub(crate) status: Status,
    /// When that began.
    pub(crate) since: Time,
    /// When it lapses.
    pub(crate) until: Time,
    /// The id of the ground in the rules.
    pub(crate) ground: String,
    /// Where they live.
    pub(crate) district: Place,
}

/// How many rows there are on a ground in a district; what officers see before they confirm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Count {
    pub(crate) ground: String,
    pub(crate) district: Place,
    pub(crate) status: Status,
    pub(crate) people: usize,
}

/// How many there are on a ground in a county, as caps are about: whatever districts they are written down for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Capped {
    pub(crate) ground: String,
    pub(crate) county: Place,
    pub(crate) people: u64,
}

/// The same of what is proposed, with how many there were in the day before, and the cap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Above {
    pub(crate) ground: String,
    pub(crate) county: Place,
    pub(crate) people: u64,
    pub(crate) before: u64,
    pub(crate) cap: u32,
}

impl Above {
    /// Whether there would be more than the cap.
    pub(crate) fn is_above(&self) -> bool {
        self.people.saturating_add(self.before) > self.cap.into()
    }
}

/// What is wrong with rows. What stands there instead is not said: it may be somebody's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RowError {
    #[error("the rows are not CSV with the columns {}", COLUMNS.join(","))]
    Columns,
    #[error("line {line}: it does not have a field for each column")]
    Fields { line: u64 },
    #[error("line {line}, column {column}: expected {expected}")]
    Field { line: u64, column: &'static str, expected: &'static str },
    #[error("line {line}: it ends before it begins, or lasts longer than {} days", LONGEST.as_seconds() / 86_400)]
    Life { line: u64 },
    #[error("line {line}: the same person has a row before it")]
    Twice { line: u64 },
    #[error("there are no rows")]
    None,
    #[error("there are more than {ROWS} rows; propose them in parts")]
    TooMany,
}

impl Coded for RowError {
    fn code(&self) -> &'static str {
        match self {
            Self::Columns => "rows-columns",
            Self::Fields { .. } => "rows-fields",
            Self::Field { .. } => "rows-field",
            Self::Life { .. } => "rows-life",
            Self::Twice { .. } => "rows-twice",
            Self::None => "rows-none",
            Self::TooMany => "rows-too-many",
        }
    }
}

/// The name of a status.
pub(crate) fn status(text: &str) -> Option<Status> {
    Status::ALL.into_iter().find(|status| status.name() == text)
}

/// Reads rows.
pub(crate) fn read(text: &[u8]) -> Result<Vec<Row>, RowError> {
    let mut reader = csv::ReaderBuilder::new().from_reader(text);
    if !reader.headers().is_ok_and(|found| found.iter().eq(COLUMNS)) {
        return Err(RowError::Columns);
    }
    let mut rows = Vec::new();
    let mut seen = BTreeSet::new();
    for record in reader.records() {
        let line = record.as_ref().ok().and_then(csv::StringRecord::position).map_or(0, csv::Position::line);
        let record =
            record.map_err(|error| RowError::Fields { line: error.position().map_or(0, csv::Position::line) })?;
        let row = row(&record, line)?;
        if !seen.insert(row.person.clone()) {
            return Err(RowError::Twice { line });
        }
        if rows.len() == ROWS {
            return Err(RowError::TooMany);
        }
        rows.push(row);
    }
    if rows.is_empty() { Err(RowError::None) } else { Ok(rows) }
}

fn row(record: &csv::StringRecord, line: u64) -> Result<Row, RowError> {
    let mut fields = record.iter();
    let mut next = || fields.next().unwrap_or_default();
    let wrong = |column, expected| RowError::Field { line, column, expected };
    let moment =
        |column, text: &str| Time::parse(text).map_err(|_| wrong(column, "a time such as 2020-02-19T00:00:00Z"));
    let row = Row {
        person: Person::parse(next())
            .ok_or_else(|| wrong("person", "64 hexadecimal digits, as the issuer gives them"))?,
        status: status(next()).ok_or_else(|| wrong("status", "a status, such as close-contact"))?,
        since: moment("since", next())?,
        until: moment("until", next())?,
        ground: Some(next()).filter(|ground| is_ground(ground)).map(str::to_owned).ok_or_else(|| {
            wrong("ground", "the id of a ground in the rules, of at most 18 of the characters a-z, 0-9 and -")
        })?,
        district: Place::parse(next()).map_err(|_| wrong("district", "a place code, such as 330106"))?,
    };
    if row.until <= row.since || row.until.since(row.since) > LONGEST {
        return Err(RowError::Life { line });
    }
    Ok(row)
}

/// Writes rows.
pub(crate) fn write(rows: &[Row]) -> String {
    let mut text = COLUMNS.join(",") + "\n";
    for Row { person, status, since, until, ground, district } in rows {
        // None of these can have a comma, a quote or a line break in it.
        let fields =
            [person.as_str(), status.name(), &since.to_string(), &until.to_string(), ground, &district.to_string()];
        text.push_str(&fields.join(","));
        text.push('\n');
    }
    text
}

/// When a day begins in China.
pub(crate) fn begins(day: Date) -> Time {
    Time::from_unix(day.days().saturating_mul(DAY)).minus(Span::seconds(Offset::CHINA.seconds()))
}

/// The county of a district, or the larger area that it is.
pub(crate) fn county(district: Place) -> Place {
    district.within(6)
}

/// How many there are on each ground in each county.
pub(crate) fn capped<'r>(rows: impl IntoIterator<Item = &'r Row>) -> Vec<Capped> {
    let mut counts = BTreeMap::<_, u64>::new();
    for row in rows {
        *counts.entry((&row.ground, county(row.district))).or_default() += 1;
    }
    let capped =
        |((ground, county), people): ((&String, Place), u64)| Capped { ground: ground.clone(), county, people };
    counts.into_iter().map(capped).collect()
}

/// How many there are of each kind.
pub(crate) fn counts(rows: &[Row]) -> Vec<Count> {
    let mut counts = BTreeMap::<_, usize>::new();
    for row in rows {
        *counts.entry((&row.ground, row.district, row.status)).or_default() += 1;
    }
    let count = |((ground, district, status), people): ((&String, Place, Status), usize)| Count {
        ground: ground.clone(),
        district,
        status,
        people,
    };
    counts.into_iter().map(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use healthcode::trust::Digest;
    use proptest::prelude::*;

    fn person(seed: u8) -> Person {
        Person::of(Digest::of(&[seed]))
    }

    fn row(seed: u8, ground: &str, district: &str) -> Row {
        Row {
            person: person(seed),
            status: Status::CloseContact,
            since: Time::parse("2020-02-19T00:00:00Z").unwrap(),
            until: Time::parse("2020-03-04T00:00:00Z").unwrap(),
            ground: ground.into(),
            district: Place::parse(district).unwrap(),
        }
    }

    #[test]
    fn rows_are_read_as_they_were_written_and_counted() {
        let rows = vec![row(1, "law-39", "330106"), row(2, "law-39", "330106"), row(3, "law-39", "330102")];
        let text = write(&rows);
        assert!(read(text.as_bytes()).unwrap() == rows);
        let counted: Vec<_> =
            counts(&rows).into_iter().map(|count| (count.district.to_string(), count.people)).collect();
        assert_eq!(counted, [("330102".to_owned(), 1), ("330106".to_owned(), 2)]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line_and_without_what_stands_there() {
        let good = write(&[row(1, "law-39", "330106")]);
        let with = |from: &str, to: &str| read(good.replacen(from, to, 1).as_bytes()).err().unwrap();
        let field = |column| move |error: &RowError| matches!(error, RowError::Field { line: 2, column: found, .. } if *found == column);
        let digits = person(1).as_str().to_owned();
        assert!(field("person")(&with(&digits, "330106199001011234")));
        assert!(field("status")(&with("close-contact", "quarantined")));
        assert!(field("since")(&with("2020-02-19T00:00:00Z", "yesterday")));
        assert!(field("ground")(&with("law-39", "Law 39")));
        assert!(field("ground")(&with("law-39", "a-ground-with-a-long-name")));
        assert!(field("district")(&with("330106", "West Lake")));
        assert_eq!(with("2020-03-04", "2020-02-18"), RowError::Life { line: 2 });
        assert_eq!(with("2020-03-04", "2022-03-04"), RowError::Life { line: 2 });
        assert_eq!(with(",330106", ""), RowError::Fields { line: 2 });
        assert_eq!(with("person,", "who,"), RowError::Columns);
        let (head, line) = good.split_once('\n').unwrap();
        assert_eq!(read(format!("{good}{line}").as_bytes()).err(), Some(RowError::Twice { line: 3 }));
        assert_eq!(read(head.as_bytes()).err(), Some(RowError::None));
        assert_eq!(read(b"\xff\xfe").err(), Some(RowError::Columns));
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let text = [COLUMNS.join(",").into_bytes(), b"\n".to_vec(), bytes].concat();
            if let Ok(rows) = read(&text) {
                prop_assert!(read(write(&rows).as_bytes()).unwrap() == rows);
            }
        }
    }
}
