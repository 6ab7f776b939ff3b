//! Risk tables of a whole country, natively: how many bytes their columns take, how long it takes to open them and to look up 70
//! visits, and the deltas of an outbreak. With a folder after `--write` it leaves there what `tables/bench.mjs` takes.

#[path = "../tests/national/mod.rs"]
mod national;
mod side_by_side;

use std::error::Error;
use std::hint::black_box;
use std::path::PathBuf;

use healthcode::calendar::Span;
use healthcode::cbor::{from_bytes, to_bytes};
use healthcode::place::Place;
use healthcode::risk::{Delta, Level, RiskRow, RiskTable};
use healthcode::trust::file::sign_file;
use healthcode::trust::{Header, SecretKey};
use national::{Outbreak, peak, scattered};
use side_by_side::compare;

/// The days before the peak at which deltas are measured, a table every three hours.
const DELTA_DAYS: usize = 7;

fn csv(rows: &[RiskRow]) -> String {
    let mut text = String::from("place,level,from,to\n");
    for row in rows {
        let to = row.to.map(|to| to.to_string()).unwrap_or_default();
        let level = if row.level == Level::Low { "low" } else { "high" };
        text.push_str(&format!("{},{level},{},{to}\n", row.place, row.from));
    }
    text
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--write");
    let folder = arguments.nth(1).map(PathBuf::from);
    let timed = std::env::args().any(|argument| argument == "--bench");
    let write =
        |name: &str, bytes: &[u8]| folder.as_ref().map_or(Ok(()), |folder| std::fs::write(folder.join(name), bytes));
    if let Some(folder) = &folder {
        std::fs::create_dir_all(folder)?;
    }
    let sizes: &[u64] = if timed { &[1_000, 10_000, 50_000, 100_000, 620_573] } else { &[1_000] };
    for size in sizes {
        let rows = scattered(1, *size);
        write(&format!("rows-{size}.csv"), csv(&rows).as_bytes())?;
        let step = rows.len() / 70;
        let places: Vec<Place> = rows.iter().step_by(step.max(1)).map(|row| row.place).collect();
        let table = RiskTable::new(rows)?;
        let bytes = to_bytes(&table);
        write(&format!("scattered-{size}.table"), &bytes)?;
        println!("{size} rows: {} bytes", bytes.len());
        compare(
            &format!("{size} rows"),
            20,
            &mut [
                ("open", &mut || drop(black_box(from_bytes::<RiskTable>(&bytes)))),
                ("look up 70 visits", &mut || {
                    for place in &places {
                        black_box(table.covering(*place).count());
                        black_box(table.inside(place.within(6)).count());
                    }
                }),
            ],
        );
    }
    if !timed {
        return Ok(());
    }
    let key = SecretKey::from_random(&[7; 31].iter().copied().chain([8]).collect::<Vec<u8>>())?;
    for (name, compounds) in [("communities", false), ("compounds", true)] {
        let mut outbreak = Outbreak::new(2, 56, compounds);
        let mut before: Option<Vec<u8>> = None;
        let (mut lengths, mut last) = (Vec::new(), Vec::new());
        for step in 0..56 * 8 {
            let mut rows = outbreak.next();
            if step + DELTA_DAYS * 8 + 1 < 56 * 8 {
                continue;
            }
            rows.truncate(1_000_000);
            let table = RiskTable::new(rows.clone())?;
            let issued = peak();
            let header =
                Header { version: u32::try_from(step)?, issued, expires: issued.plus(Span::days(7)), place: None };
            let file = sign_file(&header, &table, &key);
            if let Some(before) = before {
                let delta = Delta::between(&before, &file)?.to_bytes();
                write(&format!("{name}-{step}.delta"), &delta)?;
                lengths.push(delta.len());
            }
            before = Some(file);
            last = rows;
        }
        lengths.sort_unstable();
        let listed = last.iter().filter(|row| row.to.is_none()).count();
        let table = RiskTable::new(last)?;
        write(&format!("{name}.table"), &to_bytes(&table))?;
        let median = lengths.get(lengths.len() / 2).copied().unwrap_or_default();
        println!(
            "{name}: {listed} listed, {} rows with history, {} bytes; deltas of three hours: {median} bytes in the median",
            table.len(),
            to_bytes(&table).len()
        );
    }
    Ok(())
}
