//! Our QR encoder beside the `qrcode` crate's own way, which scores the masks module by module.

mod side_by_side;

use std::hint::black_box;

use healthcode::code::qr::{SvgOptions, encode};
use qrcode::{EcLevel, QrCode};
use side_by_side::compare;

/// Noise of all 45 characters, as the text of a signed code is.
fn text(length: usize) -> String {
    let alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".chars();
    let mut state: usize = 1;
    let mut next = || {
        state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345) & 0x7fff_ffff;
        alphabet.clone().nth((state >> 16) % 45)
    };
    (0..length).filter_map(|_| next()).collect()
}

fn main() {
    for length in [150, 300, 400, 600] {
        let texts: Vec<String> = (0..16).map(|more| text(length + more)).collect();
        let (mut ours, mut of_crate) = (texts.iter().cycle(), texts.iter().cycle());
        compare(
            &format!("QR of {length} characters, M"),
            400,
            &mut [
                ("healthcode", &mut || drop(black_box(ours.next().map(|text| encode(text))))),
                ("qrcode", &mut || {
                    drop(black_box(of_crate.next().map(|text| QrCode::with_error_correction_level(text, EcLevel::M))));
                }),
            ],
        );
    }
    let (options, qr) = (SvgOptions::new("Health code"), encode(&text(400)));
    compare(
        "SVG of 400 characters, M",
        400,
        &mut [("healthcode", &mut || {
            drop(black_box(qr.as_ref().map(|qr| qr.to_svg(&options))));
        })],
    );
}
