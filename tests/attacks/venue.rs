//! A picture of a venue's code, passed on: in Henan in 2022, 871 of 1,317 people were turned red by one, who had never been there.

use healthcode::calendar::{Span, Time};
use healthcode::colour::Colour;
use healthcode::error::Coded;
use healthcode::holder::Holder;
use healthcode::rules::reason::Fact;

use crate::authority::*;

/// How many people were turned red, and how many of them by a picture.
const RED: usize = 1_317;
const BY_PICTURE: usize = 871;

fn minute(minutes: i64) -> Time {
    now().plus(Span::seconds(60 * minutes))
}

fn phone_in_good_health(files: &[Vec<u8>], manifest: &[u8]) -> Holder {
    let mut phone = Holder::new(roots());
    for file in [&trust_list(), manifest].into_iter().chain(files.iter().map(Vec::as_slice)) {
        phone.load(file, now()).unwrap();
    }
    phone.submit(answers(false), now()).unwrap();
    phone
}

#[test]
fn a_picture_of_a_venues_code_makes_nobody_red_and_who_was_there_finds_it_out() {
    let (code, rules) = (venue_code(), rules_of_venues());
    let none = signed(&header(1, Some("33")), &healthcode::venue::ExposureList::default(), &["exposure", "exposure-2"]);
    let before = [rules.clone(), risk(), none];
    let published = exposures_again(2, &code, minute(0), minute(30));
    let after = manifest_of(11, &[rules, risk(), published.clone()]);
    let manifest = manifest_of(10, &before);
    let shown = shown_at(&code, minute(0));

    let (mut red, mut untouched) = (0, 0);
    for number in 0..RED {
        let mut phone = phone_in_good_health(&before, &manifest);
        let late = i64::try_from(number).unwrap();
        if number < BY_PICTURE {
            // The picture arrives when it is over, from the next second on and for days.
            let at = minute(15 + 3 * late).plus(Span::seconds(late % 60));
            // Of some of them all that is stored is compared, which takes its time.
            let saved = (number % 64 == 0).then(|| phone.save());
            assert_eq!(code_of(phone.enter_venue(&shown, at)), "venue-code-expired", "{at}");
            assert!(
                phone.diary().is_empty() && saved.is_none_or(|saved| phone.save() == saved),
                "a picture leaves no trace"
            );
        } else {
            let at = minute(0).plus(Span::seconds(late % 900));
            phone.enter_venue(&shown, at).unwrap();
        }
        let at = minute(40);
        assert_eq!(phone.assess(at, None).unwrap().colour, Colour::Green);
        phone.load(&after, at).unwrap();
        phone.load(&published, at).unwrap();
        let found = phone.assess(at, None).unwrap();
        match (found.colour, &found.reasons[..]) {
            (Colour::Red, [reason]) => {
                let Fact::Visit { exposed: Some(exposed), .. } = &reason.fact else { panic!("no visit to a venue") };
                assert_eq!(exposed.venue, code.name, "the reason says where");
                assert!(minute(0) <= exposed.from && exposed.to <= minute(30), "and when");
                red += 1;
            }
            (Colour::Green, []) => untouched += 1,
            (colour, _) => panic!("{colour}"),
        }
    }
    assert_eq!((red, untouched), (RED - BY_PICTURE, BY_PICTURE));
}

fn exposures_again(version: u32, code: &healthcode::venue::VenueCode, from: Time, to: Time) -> Vec<u8> {
    let (header, list) =
        healthcode::trust::file::read_unverified::<healthcode::venue::ExposureList>(&exposures(code, from, to))
            .unwrap();
    signed(&healthcode::trust::Header { version, ..header }, &list, &["exposure", "exposure-2"])
}

#[test]
fn nobody_makes_a_venues_code_but_who_may_sign_it_for_that_place() {
    let before = [rules_of_venues(), risk()];
    let mut phone = phone_in_good_health(&before, &manifest_of(10, &before));
    let quarter = |expires: i64, region: &str, signer: &str| {
        let life = healthcode::trust::Header { issued: now(), expires: minute(expires), ..header(1, Some(region)) };
        healthcode::venue::code::to_text(&signed(&life, &venue_code(), &[signer]))
    };
    let mut refused = |text: &str| phone.enter_venue(text, now()).err().map(|error| error.code());
    assert_eq!(refused("JKV1:330106004012"), Some("venue-not-a-venue"), "what anybody could print");
    assert_eq!(refused(&quarter(15, "3301", "stranger")), Some("file-unknown-key"));
    assert_eq!(refused(&quarter(15, "42", "venue-elsewhere")), Some("file-out-of-place"));
    assert_eq!(refused(&quarter(15, "3301", "exposure")), Some("file-unknown-key"));
    // Nor does anybody make one that can be passed on for days.
    assert_eq!(refused(&quarter(24 * 60 + 1, "3301", "venue")), Some("file-long-lived"));
    assert_eq!(refused(&quarter(15, "3301", "venue")), None);
    assert_eq!(phone.diary().len(), 1);
}
