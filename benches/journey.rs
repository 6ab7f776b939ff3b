//! The steps of a day, natively: verifying a scanned text beside one bare signature, assessing, showing.

mod side_by_side;

use std::error::Error;
use std::hint::black_box;

use healthcode::assess::{Facts, assess};
use healthcode::calendar::{Span, Time};
use healthcode::code::qr::{SvgOptions, encode};
use healthcode::code::verify;
use healthcode::facts::{Mode, Place, Visit};
use healthcode::holder::Holder;
use healthcode::risk::{Level, RiskRow};
use healthcode::rules::source::{PackSource, Workbench};
use healthcode::trust::{PublicKey, SecretKey, Trust};
use serde_json::Value;
use side_by_side::compare;

fn hex(value: Option<&Value>) -> Vec<u8> {
    let text = value.and_then(Value::as_str).unwrap_or_default();
    (0..text.len() / 2).filter_map(|at| u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()).collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let journey: Value = serde_json::from_str(include_str!("../tests/vectors/signed/journey.json"))?;
    let file = |name: &str| hex(journey.get(name));
    let now = Time::parse(journey.get("now").and_then(Value::as_str).unwrap_or_default())?;
    let root = journey.pointer("/roots/0").and_then(Value::as_str).unwrap_or_default();
    let roots = vec![PublicKey::parse(root)?];

    let trust = Trust::open(&file("trust_list"), &roots, now, None)?;
    let text = journey.pointer("/people/0/text").and_then(Value::as_str).unwrap_or_default();
    let key = SecretKey::from_random(&file("random"))?;
    let (public, message) = (key.public(), [7; 256]);
    let signature = key.sign(&message);
    compare(
        "verifying",
        400,
        &mut [
            ("one bare signature", &mut || {
                let _ = black_box(public.verifies(&message, &signature));
            }),
            ("a scanned text (two signatures)", &mut || drop(black_box(verify(text, &trust, now, None)))),
        ],
    );

    let mut holder = Holder::new(roots);
    holder.create_key(&file("random"))?;
    for name in ["trust_list", "rules", "risk", "certificate"] {
        holder.load(&file(name), now)?;
    }
    compare(
        "showing",
        400,
        &mut [("assess, sign, QR, SVG", &mut || {
            let shown = holder.show(now, None, None);
            let qr = shown.ok().and_then(|shown| encode(&shown.text).ok());
            drop(black_box(qr.map(|qr| qr.to_svg(&SvgOptions::new("Health code")))));
        })],
    );

    let bench = Workbench::new()?;
    let rules = bench.pack(&PackSource::parse(include_str!("../rules/packs/hangzhou/pack.toml"))?)?;
    let place = |number: i64| Place::parse(&format!("{}", 330_101 + number % 80 + 10_000 * (number % 7)));
    let hour = |hours: i64| now.minus(Span::seconds(hours * 3600));
    let row = |number: i64| {
        let level = if number % 3 == 0 { Level::High } else { Level::Low };
        Some(RiskRow { place: place(number).ok()?, from: hour(300 - number % 200), to: None, level })
    };
    let risk = bench.risk((0..1_000).filter_map(row).collect())?;
    let stay = |number: i64| {
        let (arrive, leave) = (hour(330 - number * 4), Some(hour(328 - number * 4)));
        Some(Visit { place: place(number).ok()?, arrive, leave, mode: Mode::Stay })
    };
    let diary: Vec<Visit> = (0..70).filter_map(stay).collect();
    let facts = Facts { diary: &diary, risk: Some(&risk), ..Facts::default() };
    compare(
        "assessing 70 visits by 1,000 rows",
        400,
        &mut [("Hangzhou's pack", &mut || drop(black_box(assess(&rules, &facts, now))))],
    );
    Ok(())
}
