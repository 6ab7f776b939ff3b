//! `risk build`: a signed risk table from rows that people keep.

use std::collections::HashMap;
use std::path::PathBuf;

use clap::Args;
use healthcode::authoring::divisions::{Divisions, Standing};
use healthcode::calendar::{Date, Offset, Span, Time};
use healthcode::limits::{RISK_YEARS_AFTER, RISK_YEARS_BEFORE, WINDOW_DAYS};
use healthcode::place::Place;
use healthcode::risk::{RiskRow, RiskTable};

use super::changes::{Changes, NAMED};
use super::load_with_header;
use super::places::Places;
use super::reduce::{Reduced, read_from, reduce};
use crate::args::signing::{SomeKeys, Validity};
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::format::{grouped, local, rows};
use crate::input::risk_rows::{Numbered, read_numbered};
use crate::terminal::say;
use crate::values::{place, window};

/// What rows look like.
const EXAMPLE: &str = "\
Example of rows; the first line names the columns, and any but these, and `compound`, are ignored:
  place,level,from,to
  4201,high,2020-01-23T10:00:00+08:00,2020-04-08
  330110,medium,2020-02-04,

  place  a division code (GB/T 2260) of 2, 4, 6, 9 or 12 digits; it stands for all that begin with it
  level  low, medium or high
  from   a time, or a date, which begins at midnight in China (+08:00)
  to     until before then, in the same form; empty: not lifted

With a column `compound`, a row is about that part of its community alone, such as an estate or a building: its name as it
stands in the authority's list, or its key as `risk show` prints it. The table contains the key only. Visits that do not say
in which part of the community they were may have been there or not.";

/// Build and sign a risk table from CSV with the columns place, level, from and to
///
/// `risk build` and `sign risk-table` are the same. Phones accept a table only with two different signers; it covers the
/// place that --place names, and says nothing of any other. Rows of one place and level that meet become one, and rows that
/// ended before anything that rules look back to are left out: what phones decide stays the same.
#[derive(Args)]
#[command(after_long_help = EXAMPLE)]
pub(crate) struct Build {
    /// The rows; the first line names the columns
    #[arg(value_name = "ROWS.csv")]
    source: PathBuf,
    #[command(flatten)]
    validity: Validity,
    /// The region that the table covers, and in which all its rows must be [default: the whole country]
    #[arg(long, value_name = "CODE", value_parser = place)]
    place: Option<Place>,
    #[command(flatten)]
    places: Places,
    /// The table that it is to follow, to say what changes before it is signed: a signed file, or rows in CSV
    #[arg(long, value_name = "FILE")]
    before: Option<PathBuf>,
    /// How many days back the rules in use look [default: 60, the most that a pack may]
    #[arg(long, value_name = "DAYS", value_parser = window, allow_negative_numbers = true)]
    window: Option<i64>,
    /// A province that a row may mark as a whole, or 00 for the whole country; may be given several times
    #[arg(long, value_name = "CODE", value_parser = place)]
    whole_province: Vec<Place>,
    /// Sign the table even if it has no rows: then no place is at any risk
    #[arg(long)]
    empty: bool,
    #[command(flatten)]
    keys: SomeKeys,
}

impl Build {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let header = self.validity.header(self.place)?;
        let given = read_numbered(&self.source)?;
        self.sound(&given, header.issued, &self.places.divisions()?).in_file(&self.source)?;
        let window = self.window.unwrap_or(WINDOW_DAYS);
        let read_from = read_from(header.issued, window);
        let reduced = reduce(given.into_iter().map(|numbered| numbered.row).collect(), read_from);
        if reduced.rows.is_empty() && !self.empty {
            return Err(CliError::EmptyTable { ended: reduced.ended }).in_file(&self.source);
        }
        let before = self.before.as_deref().map(load_with_header).transpose()?;
        report(&reduced, read_from);
        let table = RiskTable::new(reduced.rows).in_file(&self.source)?;
        match &before {
            Some((before, old)) => {
                let changes = Changes::between((before.as_ref(), old), (Some(&header), &table), window);
                changes.lines(Some(NAMED)).iter().for_each(|line| say(format_args!("  {line}")));
            }
            None if header.version > 1 => say("  give the last table with --before to see what changes"),
            None => {}
        }
        self.keys.sign(&header, &table)
    }

    /// Refuses rows that are probably a mistake, each with its line.
    fn sound(&self, rows: &[Numbered], issued: Time, divisions: &Divisions) -> Result<(), Failure> {
        let mut editions = Editions::of(divisions);
        let mut faults = Vec::new();
        for Numbered { line, row } in rows.iter().copied() {
            let outside = self.place.filter(|place| !place.governs(row.place));
            faults.extend(outside.map(|place| CliError::RowOutside { line, row: row.place, place }));
            if is_whole_province(row.place) && !self.whole_province.contains(&row.place) {
                faults.push(CliError::WholeProvince { line, place: row.place });
            }
            faults.extend(year_fault(line, "from", row.from, issued));
            faults.extend(row.to.and_then(|to| year_fault(line, "to", to, issued)));
            faults.extend(editions.fault(line, &row, issued));
        }
        if faults.is_empty() { Ok(()) } else { Err(Failure::several(faults)) }
    }
}

/// Whether codes are in force, which is the same for most rows of a county.
struct Editions<'d> {
    divisions: &'d Divisions,
    /// Whether places below the county are listed by themselves.
    finer: bool,
    in_force: HashMap<(Place, Date), bool>,
}

impl<'d> Editions<'d> {
    fn of(divisions: &'d Divisions) -> Self {
        let finer = divisions.all().iter().any(|division| division.place.length() > COUNTY);
        Self { divisions, finer, in_force: HashMap::new() }
    }

    /// A code that is none when its row begins; or when it ends or, if that is later or open, when the table is issued.
    fn fault(&mut self, line: u64, row: &RiskRow, issued: Time) -> Option<CliError> {
        // The row holds until before its end.
        let last = row.to.map_or(issued, |to| issued.min(to.minus(Span::seconds(1)))).max(row.from);
        let ends = if row.to.is_some_and(|to| to <= issued) {
            "before the row ends"
        } else {
            "and the row goes on after that"
        };
        [(row.from, "before the row begins"), (last, ends)].into_iter().find_map(|(time, lapsed)| {
            let standing = self.other_standing(row.place, time.date(Offset::CHINA))?;
            edition_fault(line, standing, row.place, lapsed)
        })
    }

    /// What is to be said of a code that is not in force on a day.
    fn other_standing(&mut self, place: Place, day: Date) -> Option<Standing> {
        let listed = if self.finer { place } else { place.within(COUNTY) };
        let in_force = || self.divisions.standing(listed, day) == Standing::InForce;
        let in_force = *self.in_force.entry((listed, day)).or_insert_with(in_force);
        (!in_force).then(|| self.divisions.standing(place, day))
    }
}

/// Digits of a county's code.
const COUNTY: u8 = 6;

/// Whether a place is a province of which parts could be named, or wider. Of a country abroad often no more is known.
pub(super) fn is_whole_province(place: Place) -> bool {
    place.length() <= 2 && !place.is_undivided() && !place.is_abroad()
}

/// What is wrong with a code that is none for some of the row's time: nobody who is there then has it in their diary.
fn edition_fault(line: u64, standing: Standing, place: Place, lapsed: &str) -> Option<CliError> {
    let problem = match standing {
        Standing::InForce => return None,
        Standing::Unknown => return Some(CliError::NoPlace { line, place }),
        Standing::NotYet { from } => format!("comes into force on {from}, after the row begins"),
        Standing::Lapsed { until, became } if became.is_empty() => {
            format!("was in force until {until}, {lapsed}")
        }
        Standing::Lapsed { until, became } => {
            let became = became.iter().map(Place::to_string).collect::<Vec<_>>().join(", ");
            format!("was in force until {until}, {lapsed}; what was there is now {became}")
        }
    };
    Some(CliError::Edition { line, place, problem })
}

/// What is wrong with a moment so far from the issue that its year is a slip of the pen.
fn year_fault(line: u64, column: &'static str, time: Time, issued: Time) -> Option<CliError> {
    let year = |time: Time| time.date(Offset::CHINA).civil().0;
    let (found, issued) = (year(time), year(issued));
    let (first, last) = (issued - RISK_YEARS_BEFORE, issued + RISK_YEARS_AFTER);
    (!(first..=last).contains(&found)).then_some(CliError::Year { line, column, found, issued, first, last })
}

/// Says what became of the rows.
fn report(reduced: &Reduced, read_from: Time) {
    say(rows(reduced.rows.len()));
    if reduced.merged > 0 {
        let merged = grouped(reduced.merged);
        say(format_args!(
            "  {merged} merged into others of the same place and level, at the same time or right before"
        ));
    }
    if reduced.overlapping > 0 {
        const PLACES: usize = 5;
        let named: Vec<_> = reduced.contested.iter().take(PLACES).map(Place::to_string).collect();
        let more = if reduced.contested.len() > PLACES { ", …" } else { "" };
        let (count, verb) =
            (grouped(reduced.overlapping), if reduced.overlapping == 1 { "overlaps" } else { "overlap" });
        say(format_args!(
            "  {count} {verb} with another level of the same place, of which the higher counts: {}{more}",
            named.join(", ")
        ));
    }
    if reduced.ended > 0 {
        let (ended, by) = (grouped(reduced.ended), local(read_from));
        say(format_args!("  {ended} left out: they ended by {by}, before anything that rules look back to"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_province_is_whole_if_it_has_parts_to_name() {
        let whole = |code: &str| is_whole_province(Place::parse(code).unwrap());
        assert!(["00", "11", "42", "65"].into_iter().all(whole));
        assert!(!["3301", "4201", "71", "81", "82", "4419", "JP", "GB-ENG"].into_iter().any(whole));
    }

    #[test]
    fn a_year_is_near_the_issue() {
        let time = |text: &str| Time::parse(text).unwrap();
        let fault = |text: &str| year_fault(3, "from", time(text), time("2022-12-02T00:00:00+08:00"));
        for fine in ["2017-01-01T00:00:00+08:00", "2023-12-31T23:59:59+08:00"] {
            assert!(fault(fine).is_none(), "{fine}");
        }
        let said = |text| fault(text).unwrap().to_string();
        assert_eq!(
            said("2202-12-02T00:00:00+08:00"),
            "line 3, column from: the year 2202 is far from 2022, in which the table is issued; expected 2017 to 2023"
        );
        assert!(said("2016-12-31T23:59:59+08:00").contains("the year 2016"));
        assert!(said("2024-01-01T00:00:00+08:00").contains("the year 2024"));
    }
}
