//! The list that an officer proposes, as offices keep it: CSV, XLSX or JSON, with a document, a finding and a ground in each row. What is
//! wrong is said with its line and column, and without what stands there.

use std::path::Path;

use healthcode::calendar::{Span, Time};
use healthcode::code::certificate::{CertificateError, Identity};
use healthcode::facts::Status;
use healthcode::place::Place;

use super::number::number;
use crate::acts::rows::{LONGEST, ROWS, RowError, is_ground, status};
use crate::failure::{CliError, Failure, InFile};
use crate::input::dates::{Moment, moment_of};
use crate::input::sheet::{At, Sheet, SheetRow, plain, read_sheets};
use crate::issuer::Document;
use crate::terminal::say;

/// What columns say, and what they are called; a day in the last name of `until`s is the first that is free again.
const COLUMNS: [(&str, &[&str]); 7] = [
    ("name", &["name", "姓名", "人员姓名"]),
    (
        "number",
        &["number", "证件号码", "证件号", "身份证号码", "身份证号", "公民身份号码", "居民身份证号码", "身份证件号码"],
    ),
    ("status", &["status", "状态", "人员类别", "人员类型", "类别"]),
    ("since", &["since", "from", "起", "开始时间", "开始日期", "起始时间", "起始日期", "管控开始时间", "管控开始日期"]),
    (
        "until",
        &[
            "until",
            "to",
            "止",
            "结束时间",
            "结束日期",
            "截止时间",
            "截止日期",
            "终止时间",
            "终止日期",
            "解除时间",
            "解除日期",
        ],
    ),
    ("ground", &["ground", "依据", "法律依据", "管控依据"]),
    ("district", &["district", "区划代码", "行政区划代码", "区县代码", "居住地代码", "现住地代码"]),
];

/// Of the names of `until`, those in which a day is the first that is free again; in the others it is the last.
const LIFTED: [&str; 3] = ["to", "解除时间", "解除日期"];

/// How offices call statuses.
const STATUSES: [(Status, &[&str]); 6] = [
    (Status::Confirmed, &["确诊病例", "确诊"]),
    (Status::Suspected, &["疑似病例", "疑似"]),
    (Status::Asymptomatic, &["无症状感染者", "无症状"]),
    (Status::CloseContact, &["密切接触者", "密接", "密接者"]),
    (Status::ContactOfContact, &["密切接触者的密切接触者", "次密切接触者", "次密接", "次密接者"]),
    (Status::Recovered, &["已治愈", "治愈", "治愈出院", "康复"]),
];

/// Rows before the one that names the columns.
const TITLE_ROWS: usize = 10;

const EXPECTED_STATUS: &str = "a status: confirmed, suspected, asymptomatic, close-contact, contact-of-contact or recovered, or its name in Chinese";
const EXPECTED_DATE: &str =
    "a date with its year first, such as 2022-12-02 or 2022年12月2日, with or without a time such as 16:30";

/// A row, but for who it is.
pub(super) struct Listed {
    pub(super) at: At,
    pub(super) document: Document,
    pub(super) status: Status,
    pub(super) since: Time,
    pub(super) until: Time,
    pub(super) ground: String,
    pub(super) district: Place,
}

/// Reads a list.
pub(super) fn read(path: &Path, odd: bool) -> Result<Vec<Listed>, Failure> {
    let (sheet, columns) = table(path, &COLUMNS.map(|(name, _)| name))?;
    if sheet.rows.len() - columns.header - 1 > ROWS {
        return Err(RowError::TooMany).in_file(path);
    }
    let mut faults = Vec::new();
    let mut listed = Vec::new();
    for row in sheet.rows.iter().skip(columns.header + 1) {
        match columns.listed(row, odd) {
            Ok(row) => listed.push(row),
            Err(found) => faults.extend(found),
        }
    }
    if !faults.is_empty() {
        return Err(Failure::several(faults)).in_file(path);
    }
    if listed.is_empty() { Err(RowError::None).in_file(path) } else { Ok(listed) }
}

/// Reads whose documents these are; other columns are for other uses of the same list.
pub(super) fn documents(path: &Path, odd: bool) -> Result<Vec<(At, Document)>, Failure> {
    let (sheet, columns) = table(path, &["name", "number"])?;
    let rows = sheet.rows.iter().skip(columns.header + 1);
    let documents: Vec<_> = rows.map(|row| Ok((row.at, columns.document(row, odd)?))).collect();
    let (good, bad): (Vec<_>, Vec<_>) = documents.into_iter().partition(Result::is_ok);
    let faults: Vec<CliError> = bad.into_iter().filter_map(Result::err).collect();
    match (faults.is_empty(), good.is_empty()) {
        (false, _) => Err(Failure::several(faults)).in_file(path),
        (true, true) => Err(RowError::None).in_file(path),
        (true, false) => Ok(good.into_iter().filter_map(Result::ok).collect()),
    }
}

/// The table of a file, and where its columns are.
fn table(path: &Path, needed: &[&'static str]) -> Result<(Sheet, Columns), Failure> {
    let mut best: Option<(Sheet, Columns)> = None;
    for sheet in read_sheets(path, None)? {
        let Some(columns) = Columns::in_sheet(&sheet) else { continue };
        if best.as_ref().is_none_or(|(_, other)| other.known() < columns.known()) {
            best = Some((sheet, columns));
        }
    }
    let names = needed.join(", ");
    let (sheet, columns) = best.ok_or_else(|| CliError::PeopleColumns { columns: names.clone() }).in_file(path)?;
    let missing: Vec<&str> = needed.iter().filter(|name| columns.of(name).is_none()).copied().collect();
    if !missing.is_empty() {
        return Err(CliError::PeopleMissing { missing: missing.join(", ") }).in_file(path);
    }
    sheet.notes.iter().for_each(|note| say(format_args!("{}: {note}", path.display())));
    Ok((sheet, columns))
}

/// Where the columns are.
struct Columns {
    header: usize,
    at: [Option<usize>; COLUMNS.len()],
    /// Whether a day in `until` is the last.
    last_day: bool,
}

impl Columns {
    fn in_sheet(sheet: &Sheet) -> Option<Self> {
        let rows = sheet.rows.iter().enumerate().take(TITLE_ROWS);
        let found = rows.map(|(header, row)| {
            let names: Vec<String> = row.cells.iter().map(|cell| plain(&cell.text())).collect();
            let at = COLUMNS.map(|(_, known)| names.iter().position(|name| known.contains(&name.as_str())));
            let lifted = names.iter().any(|name| LIFTED.contains(&name.as_str()));
            Self { header, at, last_day: !lifted }
        });
        found
            .max_by_key(|columns| (columns.known(), std::cmp::Reverse(columns.header)))
            .filter(|columns| columns.known() > 1)
    }

    fn known(&self) -> usize {
        self.at.iter().flatten().count()
    }

    fn of_index(&self, index: usize) -> Option<usize> {
        self.at.get(index).copied().flatten()
    }

    fn of(&self, name: &str) -> Option<usize> {
        self.of_index(COLUMNS.iter().position(|(known, _)| *known == name)?)
    }

    fn cell<'r>(&self, row: &'r SheetRow, name: &str) -> &'r crate::input::sheet::Cell {
        row.cell(self.of(name).unwrap_or(usize::MAX))
    }

    fn document(&self, row: &SheetRow, odd: bool) -> Result<Document, CliError> {
        let wrong = |column, expected| CliError::PeopleField { at: row.at.to_string(), column, expected };
        let number = number(self.cell(row, "number"), odd).map_err(|expected| wrong("number", expected))?;
        let name = self.cell(row, "name").text();
        match Identity::mask(&name, &number) {
            Ok(_) => Ok(Document { name, number }),
            Err(CertificateError::Name) => {
                Err(wrong("name", "a name as it is in the document, of letters of any script"))
            }
            Err(_) => Err(wrong("number", "the number of the document, of at least four letters and digits")),
        }
    }

    fn moment(&self, row: &SheetRow, column: &'static str) -> Result<Moment, CliError> {
        let found = moment_of(self.cell(row, column)).ok().flatten();
        found.ok_or_else(|| CliError::PeopleField { at: row.at.to_string(), column, expected: EXPECTED_DATE })
    }

    fn listed(&self, row: &SheetRow, odd: bool) -> Result<Listed, Vec<CliError>> {
        let wrong = |column, expected| CliError::PeopleField { at: row.at.to_string(), column, expected };
        let mut faults = Vec::new();
        let text = |column| self.cell(row, column).text();
        let document = self.document(row, odd).map_err(|fault| faults.push(fault)).ok();
        let status = named(&text("status"))
            .ok_or_else(|| wrong("status", EXPECTED_STATUS))
            .map_err(|fault| faults.push(fault))
            .ok();
        let since = self.moment(row, "since").map_err(|fault| faults.push(fault)).ok().map(|moment| moment.time);
        let until = self.moment(row, "until").map_err(|fault| faults.push(fault)).ok();
        let until =
            until.map(|until| if until.is_day && self.last_day { until.time.plus(Span::days(1)) } else { until.time });
        let ground = Some(text("ground")).filter(|ground| is_ground(ground));
        if ground.is_none() {
            let expected = "the id of a ground in the rules, of at most 18 characters, so that it has room in a certificate: \
                 `healthcode officer grounds` lists them";
            faults.push(wrong("ground", expected));
        }
        let district = Place::parse(&text("district")).ok();
        if district.is_none() {
            faults.push(wrong("district", "a division code, such as 330106"));
        }
        if let Some((since, until)) = since.zip(until) {
            if until <= since {
                faults.push(wrong("until", "an end that is after the beginning"));
            } else if until.since(since) > LONGEST {
                faults.push(wrong("until", "an end at most 366 days after the beginning"));
            }
        }
        match (document, status, since, until, ground, district) {
            (Some(document), Some(status), Some(since), Some(until), Some(ground), Some(district))
                if faults.is_empty() =>
            {
                Ok(Listed { at: row.at, document, status, since, until, ground, district })
            }
            _ => Err(faults),
        }
    }
}

/// The status that is called so, in the rules' words or an office's.
fn named(text: &str) -> Option<Status> {
    let plain = plain(text);
    let office = || STATUSES.iter().find(|(_, names)| names.contains(&plain.as_str())).map(|(status, _)| *status);
    status(&plain).or_else(office)
}

/// What is to be looked at again before it is proposed.
pub(super) fn warn(listed: &[Listed], now: Time) {
    let far = Span::days(366);
    let odd = listed.iter().filter_map(|row| {
        let what = if row.until <= now {
            "it is over already, and restricts nobody"
        } else if row.since.since(now) > far {
            "it begins more than a year from now"
        } else {
            return None;
        };
        Some(format!("warning: {}: {what}", row.at))
    });
    let odd: Vec<String> = odd.collect();
    const SHOWN: usize = 10;
    odd.iter().take(SHOWN).for_each(say);
    if odd.len() > SHOWN {
        say(format_args!("warning: and {} more like these", odd.len() - SHOWN));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "note,number,name,status,since,until,ground,district";
    const GOOD: &str = "x,11010519491231002X,张三,close-contact,2020-02-19,2020-03-04,law-39,330106";

    /// A list in a file of its own.
    fn list(content: &[u8]) -> Result<Vec<Listed>, Failure> {
        use std::sync::atomic::{AtomicUsize, Ordering};
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("healthcode-list-{}-{}.csv", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, content).unwrap();
        let read = read(&path, false);
        std::fs::remove_file(&path).unwrap();
        read
    }

    fn time(text: &str) -> Time {
        Time::parse(text).unwrap()
    }

    #[test]
    fn a_list_is_read_as_offices_keep_it() {
        let chinese = "密切接触者名单,,,,,,\n姓名,证件号码,状态,开始日期,截止日期,依据,区划代码\n\
                       张三,11010519491231002X,密切接触者,2020/2/19,2020年3月4日,law-39,330106\n,,,,,,\n";
        let (gbk, _, lossy) = encoding_rs::GBK.encode(chinese);
        assert!(!lossy);
        let forms: [(&str, Vec<u8>); 5] = [
            ("plain", format!("{HEAD}\n{GOOD}\n").into_bytes()),
            ("semicolons, CR LF and a mark", format!("\u{feff}{HEAD}\r\n{GOOD}\r\n").replace(',', ";").into_bytes()),
            ("tabs", format!("{HEAD}\n{GOOD}\n").replace(',', "\t").into_bytes()),
            ("Chinese", chinese.as_bytes().to_vec()),
            ("GBK", gbk.into_owned()),
        ];
        for (form, content) in forms {
            let read = list(&content).unwrap_or_else(|failure| panic!("{form}: {failure:?}"));
            let [row] = &read[..] else { panic!("{form}: {}", read.len()) };
            assert_eq!((row.document.name.as_str(), row.status), ("张三", Status::CloseContact), "{form}");
            assert_eq!(row.since, time("2020-02-19T00:00:00+08:00"), "{form}");
            assert_eq!(row.until, time("2020-03-05T00:00:00+08:00"), "{form}: a day in `until` is the last");
            assert_eq!(row.district.to_string(), "330106", "{form}");
        }
        let lifted = list(format!("{HEAD}\n{GOOD}\n").replace("until", "解除日期").as_bytes()).unwrap();
        assert_eq!(lifted[0].until, time("2020-03-04T00:00:00+08:00"));
        let timed = list(format!("{HEAD}\n{GOOD}\n").replace("2020-03-04", "2020-03-04 16:30").as_bytes()).unwrap();
        assert_eq!(timed[0].until, time("2020-03-04T16:30:00+08:00"));
    }

    #[test]
    fn all_faults_have_a_line_and_a_column_and_no_content() {
        let good = format!("{HEAD}\n{GOOD}\n");
        for (from, to, column) in [
            ("close-contact", "secret", "status"),
            ("2020-02-19", "secret", "since"),
            ("2020-03-04", "secret", "until"),
            ("2020-03-04", "2020-02-18", "until"),
            ("2020-03-04", "2022-03-04", "until"),
            ("law-39", "SECRET 1", "ground"),
            ("330106", "33010", "district"),
            ("张三", "<secret>", "name"),
            ("张三", "", "name"),
            ("11010519491231002X", "12", "number"),
            ("11010519491231002X", "110105194912310021", "number"),
        ] {
            let failure = list(good.replacen(from, to, 1).as_bytes()).err().unwrap();
            let said: Vec<String> = failure.causes().iter().map(|cause| cause.what.to_string()).collect();
            assert_eq!(said.len(), 1, "{said:?}");
            assert!(said[0].starts_with(&format!("line 2, column {column}: expected ")), "{to}: {said:?}");
            assert!(!said[0].to_lowercase().contains("secret") && !said[0].contains("1949"), "{said:?}");
        }
        let both = good.replace("close-contact", "red").replace("law-39", "");
        assert_eq!(list(both.as_bytes()).err().unwrap().causes().len(), 2);
        let said = |content: &str| list(content.as_bytes()).err().unwrap().first().1;
        assert_eq!(said(&good.replace("district", "town")), "no column says: district");
        assert!(said("a,b\n1,2\n").starts_with("no row near the beginning names the columns name, number"));
        assert_eq!(said(HEAD), "there are no rows");
    }

    #[test]
    fn statuses_are_called_as_the_apps_call_them() {
        let terms: serde_json::Value = serde_json::from_str(include_str!("../../../../words/terms.json")).unwrap();
        for status in Status::ALL {
            let term = terms["statuses"][status.name()]["zh-Hans"].as_str().unwrap();
            assert_eq!((named(term), named(status.name())), (Some(status), Some(status)), "{term}");
        }
    }
}
