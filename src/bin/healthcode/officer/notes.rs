//! Lists of tests, vaccinations and exemptions, as offices keep them: CSV, XLSX or JSON.

use std::path::Path;

use healthcode::calendar::Span;
use healthcode::code::certificate::Identity;
use healthcode::facts::TestResult;
use healthcode::place::Place;

use super::Desk;
use super::client::Unanswered;
use super::number::number;
use crate::acts::act::Step;
use crate::acts::notes::{Note, Noted, is_name, is_tester};
use crate::acts::rows::{ROWS, RowError};
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile};
use crate::input::dates::moment_of;
use crate::input::sheet::{Cell, Sheet, SheetRow, plain, read_sheets};
use crate::issuer::Document;
use crate::output::{answer, answer_json};

/// A column, and what it may be called.
type Column = (&'static str, &'static [&'static str]);

const WHO: [Column; 3] = [
    ("name", &["name", "姓名", "人员姓名"]),
    ("number", &["number", "证件号码", "证件号", "身份证号码", "身份证号", "公民身份号码"]),
    ("district", &["district", "区划代码", "行政区划代码", "区县代码", "居住地代码", "现住地代码"]),
];
const TESTS: [Column; 4] = [
    ("kind", &["kind", "检测项目", "检测类型"]),
    ("taken", &["taken", "采样时间", "采样日期"]),
    ("result", &["result", "检测结果", "结果"]),
    ("by", &["by", "检测机构"]),
];
const VACCINATIONS: [Column; 3] = [
    ("product", &["product", "疫苗", "疫苗名称"]),
    ("doses", &["doses", "剂次", "接种剂次"]),
    ("last", &["last", "末次接种日期", "接种日期", "接种时间"]),
];
const EXEMPTIONS: [Column; 2] =
    [("exempt", &["exempt", "豁免", "豁免类型"]), ("until", &["until", "截止日期", "截止时间", "有效期至"])];

/// Rows before the one that names the columns.
const TITLE_ROWS: usize = 10;

/// What a list of this kind says besides who it is about.
const fn columns(what: Noted) -> &'static [Column] {
    match what {
        Noted::Tests => &TESTS,
        Noted::Vaccinations => &VACCINATIONS,
        Noted::Exemptions => &EXEMPTIONS,
    }
}

/// The table of a file, and where its columns are.
struct Table {
    sheet: Sheet,
    header: usize,
    at: Vec<(&'static str, usize)>,
}

impl Table {
    fn read(path: &Path, what: Noted) -> Result<Self, Failure> {
        let wanted: Vec<Column> = WHO.iter().chain(columns(what)).copied().collect();
        let mut best: Option<Self> = None;
        for sheet in read_sheets(path, None)? {
            let found = sheet.rows.iter().enumerate().take(TITLE_ROWS).map(|(header, row)| {
                let names: Vec<String> = row.cells.iter().map(|cell| plain(&cell.text())).collect();
                let place = |(column, known): &Column| {
                    Some((*column, names.iter().position(|name| known.contains(&name.as_str()))?))
                };
                (header, wanted.iter().filter_map(place).collect::<Vec<_>>())
            });
            let found = found.max_by_key(|(header, at)| (at.len(), std::cmp::Reverse(*header)));
            if let Some((header, at)) =
                found.filter(|(_, at)| best.as_ref().is_none_or(|best| best.at.len() < at.len()))
            {
                best = Some(Self { sheet, header, at });
            }
        }
        let table = best.ok_or(RowError::None).in_file(path)?;
        let is_missing = |name: &&str| *name != "by" && table.at.iter().all(|(known, _)| known != name);
        let missing: Vec<&str> = wanted.iter().map(|(name, _)| *name).filter(is_missing).collect();
        if missing.is_empty() {
            Ok(table)
        } else {
            Err(CliError::PeopleMissing { missing: missing.join(", ") }).in_file(path)
        }
    }

    fn cell<'r>(&self, row: &'r SheetRow, name: &str) -> &'r Cell {
        row.cell(self.at.iter().find(|(known, _)| *known == name).map_or(usize::MAX, |(_, at)| *at))
    }

    /// What a row says, and of whom.
    fn note(&self, row: &SheetRow, what: Noted, odd: bool) -> Result<(Document, Unnamed), CliError> {
        let wrong = |column, expected| CliError::PeopleField { at: row.at.to_string(), column, expected };
        let text = |column| self.cell(row, column).text().trim().to_owned();
        let (name, number) =
            (text("name"), number(self.cell(row, "number"), odd).map_err(|said| wrong("number", said))?);
        Identity::mask(&name, &number).map_err(|_| wrong("name", "a name and a number as they are in the document"))?;
        let named =
            |column, expected| Some(text(column)).filter(|name| is_name(name)).ok_or_else(|| wrong(column, expected));
        let moment = |column| {
            let found = moment_of(self.cell(row, column)).ok().flatten();
            found.ok_or_else(|| wrong(column, "a date with its year first, with or without a time such as 16:30"))
        };
        let district =
            Place::parse(&text("district")).map_err(|_| wrong("district", "a division code, such as 330106"))?;
        let (mut result, mut doses, mut by) = (None, None, None);
        let (name_of, at) = match what {
            Noted::Tests => {
                result = Some(match plain(&text("result")).as_str() {
                    "negative" | "阴性" => TestResult::Negative,
                    _ => {
                        let expected =
                            "negative or 阴性: whoever is positive has a status, on a ground, by two officers";
                        return Err(wrong("result", expected));
                    }
                });
                by = Some(text("by")).filter(|by| !by.is_empty());
                if !by.as_deref().is_none_or(is_tester) {
                    return Err(wrong("by", "who has tested, in at most 120 bytes"));
                }
                (named("kind", "a kind of test as rules name it, such as nucleic-acid")?, moment("taken")?.time)
            }
            Noted::Vaccinations => {
                let given = text("doses").parse().ok().filter(|doses| *doses > 0);
                doses = Some(given.ok_or_else(|| wrong("doses", "how many doses, 1 to 255"))?);
                (named("product", "a vaccine as rules name it, such as corona-vac")?, moment("last")?.time)
            }
            Noted::Exemptions => {
                let until = moment("until")?;
                let until = if until.is_day { until.time.plus(Span::days(1)) } else { until.time };
                (named("exempt", "an exemption as rules name it, such as essential-worker")?, until)
            }
        };
        Ok((Document { name, number }, Unnamed { district, name: name_of, at, result, doses, by }))
    }
}

/// A note, but for whose it is.
struct Unnamed {
    district: Place,
    name: String,
    at: healthcode::calendar::Time,
    result: Option<TestResult>,
    doses: Option<u8>,
    by: Option<String>,
}

impl Desk {
    /// Notes what a list says, or forgets it.
    pub(super) fn note(&self, file: &Path, what: Noted, forget: bool, odd: bool) -> Result<Exit, Failure> {
        let table = Table::read(file, what)?;
        let rows: Vec<&SheetRow> = table.sheet.rows.iter().skip(table.header + 1).collect();
        if rows.len() > ROWS {
            return Err(RowError::TooMany).in_file(file);
        }
        let read: Vec<_> = rows.iter().map(|row| table.note(row, what, odd)).collect();
        let (good, bad): (Vec<_>, Vec<_>) = read.into_iter().partition(Result::is_ok);
        let faults: Vec<CliError> = bad.into_iter().filter_map(Result::err).collect();
        if !faults.is_empty() {
            return Err(Failure::several(faults)).in_file(file);
        }
        let (documents, unnamed): (Vec<_>, Vec<_>) = good.into_iter().filter_map(Result::ok).unzip();
        if documents.is_empty() {
            return Err(RowError::None).in_file(file);
        }
        let persons = self.persons(&documents.iter().collect::<Vec<_>>())?;
        let note = |(person, of): (_, Unnamed)| {
            let Unnamed { district, name, at, result, doses, by } = of;
            Note { person, district, name, at, result, doses, by }
        };
        let notes: Vec<Note> = persons.into_iter().zip(unnamed).map(note).collect();
        let body = serde_json::to_vec(&notes).map_err(|error| CliError::IssuerAnswer { problem: error.to_string() })?;
        let done: serde_json::Value = self.try_step(Step::Note { what, forget }, &body).map_err(Unanswered::failure)?;
        if self.json {
            answer_json(&done)?;
        } else {
            let done = done.get("notes").and_then(serde_json::Value::as_u64).unwrap_or_default();
            answer(format_args!("{} {}: {done}", if forget { "forgotten" } else { "noted" }, what.name()))?;
        }
        Ok(Exit::Yes)
    }
}
