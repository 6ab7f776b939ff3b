//! The steps of a day, natively: verifying a scanned text beside one bare signature, assessing, showing, starting.

mod side_by_side;

use std::error::Error;
use std::hint::black_box;

use healthcode::calendar::Time;
use healthcode::code::certificate::Identity;
use healthcode::code::qr::{SvgOptions, encode};
use healthcode::code::verify::{Basis, verify};
use healthcode::facts::{Report, RulesFor, Visit};
use healthcode::holder::Holder;
use healthcode::trust::{Roots, SecretKey, Trust};
use serde::Deserialize;
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
    let roots = Roots::deserialize(journey.get("roots").unwrap_or_default())?;

    let trust = Trust::open(&file("trust_list"), &roots, now)?;
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
            ("a scanned text (two signatures)", &mut || drop(black_box(verify(text, &Basis::new(&trust), now, None)))),
        ],
    );

    let said = |name: &str| journey.get(name).and_then(Value::as_str).unwrap_or_default();
    let enrolled = |manifest: &[u8], risk: &[u8]| -> Result<Holder, Box<dyn Error>> {
        let mut holder = Holder::new(roots.clone());
        holder.create_key(&file("random"))?;
        for file in [&*file("trust_list"), manifest, &*file("rules"), risk] {
            holder.load(file, now)?;
        }
        holder.certificate_request(Identity::mask(said("name"), said("number"))?, &file("day"), now)?;
        holder.load(&file("certificate"), now)?;
        Ok(holder)
    };
    let holder = enrolled(&file("manifest"), &file("risk"))?;
    compare(
        "showing",
        400,
        &mut [("assess, sign, QR, SVG", &mut || {
            let shown = holder.show(now, None, None);
            let qr = shown.ok().and_then(|shown| encode(&shown.text).ok());
            drop(black_box(qr.map(|qr| qr.to_svg(&SvgOptions::new("Health code")))));
        })],
    );

    let busy: Value = serde_json::from_str(include_str!("../tests/vectors/signed/busy.json"))?;
    let mut holder = enrolled(&hex(busy.get("manifest")), &hex(busy.get("risk")))?;
    for report in busy.get("reports").and_then(Value::as_array).into_iter().flatten() {
        let Report { at, answers, .. } = Report::deserialize(report)?;
        holder.submit(answers, at)?;
    }
    for visit in busy.get("diary").and_then(Value::as_array).into_iter().flatten() {
        holder.add_visit(Visit::deserialize(visit)?, now)?;
    }
    let saved = holder.save();
    // The same rules beside others that are chosen: what "what would my code be in …?" asks.
    let own = RulesFor::parse("3301").ok_or("a region")?;
    let hospital = RulesFor::parse("3301/hospital").ok_or("a purpose")?;
    let mut elsewhere = Holder::restore(roots.clone(), &saved, now)?;
    elsewhere.keep_rules(&[hospital])?;
    compare(
        "assessing 70 visits by 1,000 rows",
        400,
        &mut [
            ("Hangzhou's pack", &mut || drop(black_box(holder.assess(now, None)))),
            ("the same, kept beside the chosen one", &mut || {
                drop(black_box(elsewhere.assess_by(Some(own), now, None)));
            }),
        ],
    );

    compare(
        "starting",
        400,
        &mut [
            ("restore", &mut || drop(black_box(Holder::restore(roots.clone(), &saved, now)))),
            ("restore, assess, sign, QR, SVG", &mut || {
                let again = Holder::restore(roots.clone(), &saved, now);
                let shown = again.and_then(|again| again.show(now, None, None)).ok();
                let qr = shown.and_then(|shown| encode(&shown.text).ok());
                drop(black_box(qr.map(|qr| qr.to_svg(&SvgOptions::new("Health code")))));
            }),
        ],
    );
    Ok(())
}
