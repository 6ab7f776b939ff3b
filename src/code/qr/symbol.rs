//! A symbol before its mask (ISO/IEC 18004:2015, 7.4 to 7.7): alphanumeric mode, error correction level M, versions 1
//! to 20. Our own, because the tables of the `qrcode` crate for all modes, levels and versions add 4 kB to each engine.

use super::width;
use crate::base45::digit;
use crate::limits::QR_VERSION_MAX;

/// Blocks of codewords, and codewords for error correction in each of them, by version (table 9).
const BLOCKS: [(usize, usize); 20] = [
    (1, 10),
    (1, 16),
    (1, 26),
    (2, 18),
    (2, 24),
    (4, 16),
    (4, 18),
    (4, 22),
    (5, 22),
    (5, 26),
    (5, 30),
    (8, 22),
    (9, 22),
    (9, 24),
    (10, 24),
    (10, 28),
    (11, 28),
    (13, 26),
    (14, 26),
    (16, 26),
];
const _: () = assert!(QR_VERSION_MAX <= 20, "the table ends with version 20");

/// The module is dark.
pub(super) const DARK: u8 = 1;
/// The module belongs to a function pattern or to the information on format and version: it is not masked.
pub(super) const FIXED: u8 = 2;

/// How the codewords of a version are divided.
#[derive(Clone, Copy)]
pub(super) struct Division {
    version: u8,
    blocks: usize,
    correction: usize,
    data: usize,
}

impl Division {
    /// That of the smallest version that fits `length` characters.
    pub(super) fn for_length(length: usize) -> Option<Self> {
        let mut divisions = (1..=QR_VERSION_MAX).zip(BLOCKS).map(|(version, (blocks, correction))| {
            let data = modules_for_codewords(version) / 8 - blocks * correction;
            Self { version, blocks, correction, data }
        });
        let needed = |bits: u32| usize::try_from(4 + bits).unwrap_or(0) + 11 * (length / 2) + 6 * (length % 2);
        divisions.find(|division| needed(division.length_bits()) <= 8 * division.data)
    }

    pub(super) fn version(&self) -> u8 {
        self.version
    }

    /// The bits of the number of characters (table 3).
    fn length_bits(&self) -> u32 {
        if self.version < 10 { 9 } else { 11 }
    }

    /// The unmasked symbol with `text`, row by row, without the format information.
    pub(super) fn draw(&self, text: &str) -> Vec<u8> {
        let mut grid = Grid::with_patterns(self.version);
        grid.place(&self.interleaved(&self.data(text)));
        grid.modules
    }

    /// Mode, length, characters, terminator and padding (7.4).
    fn data(&self, text: &str) -> Vec<u8> {
        let mut bits = Bits::default();
        bits.push(2, 4);
        bits.push(u32::try_from(text.len()).unwrap_or(0), self.length_bits());
        for pair in text.as_bytes().chunks(2) {
            let value = pair.iter().filter_map(|byte| digit(*byte)).fold(0, |value, digit| 45 * value + digit);
            bits.push(value, if pair.len() == 2 { 11 } else { 6 });
        }
        // The terminator's four bits, as many as there is room for, and none to the end of the codeword.
        bits.push(0, 4);
        bits.push(0, 7);
        let mut bytes = bits.bytes;
        bytes.truncate(self.data);
        let padding = [0xec, 0x11].into_iter().cycle().take(self.data - bytes.len());
        bytes.extend(padding);
        bytes
    }

    /// The codewords in the order in which they are placed: the first of each block, the second of each, and after
    /// all data the same of the error correction (7.5, 7.6). Some blocks, the last ones, hold one more than others.
    fn interleaved(&self, data: &[u8]) -> Vec<u8> {
        let field = Field::new();
        let divisor = field.divisor(self.correction);
        let short = self.data / self.blocks;
        let (shorter, longer) = data.split_at((self.blocks - self.data % self.blocks) * short);
        let blocks: Vec<&[u8]> = shorter.chunks(short).chain(longer.chunks(short + 1)).collect();
        let corrections: Vec<Vec<u8>> = blocks.iter().map(|block| field.rest(block, &divisor)).collect();
        let nth = |at| blocks.iter().filter_map(move |block| block.get(at));
        let nth_correction = |at| corrections.iter().filter_map(move |block| block.get(at));
        (0..=short).flat_map(nth).chain((0..self.correction).flat_map(nth_correction)).copied().collect()
    }
}

/// The modules that are left for codewords (table 1).
fn modules_for_codewords(version: u8) -> usize {
    let width = width(version);
    // Finder patterns with their separators; timing patterns between them; format information.
    let mut fixed = 3 * 64 + 2 * (width - 16) + 31;
    if version > 1 {
        // Alignment patterns but for three corners; of each on a timing pattern five modules are counted already.
        let along = centres(version).count();
        fixed += 25 * (along * along - 3) - 2 * 5 * (along - 2);
    }
    if version > 6 {
        fixed += 36;
    }
    width * width - fixed
}

/// Where the centres of alignment patterns are, in both directions (annex E): the first at 6, the others from the far
/// end in equal, even steps.
fn centres(version: u8) -> impl Iterator<Item = usize> {
    let gaps = usize::from(version / 7 + 1);
    let last = width(version) - 7;
    let step = (last - 6).div_ceil(gaps).next_multiple_of(2);
    (0..=gaps).map(move |gap| if gap == 0 { 6 } else { last - step * (gaps - gap) })
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    pending: u32,
    count: u32,
}

impl Bits {
    fn push(&mut self, value: u32, count: u32) {
        self.pending = self.pending << count | value;
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            let [.., byte] = (self.pending >> self.count).to_be_bytes();
            self.bytes.push(byte);
        }
    }
}

/// The numbers of error correction: GF(256) modulo x⁸ + x⁴ + x³ + x² + 1.
struct Field {
    /// The powers of two, in turns of 255.
    powers: [u8; 512],
    /// Which power a number is.
    exponents: [u8; 256],
}

impl Field {
    fn new() -> Self {
        let mut field = Self { powers: [0; 512], exponents: [0; 256] };
        let mut power = 1;
        for (exponent, slot) in (0..255).cycle().zip(&mut field.powers) {
            *slot = power;
            if let Some(slot) = field.exponents.get_mut(usize::from(power)) {
                *slot = exponent;
            }
            power = power << 1 ^ (power >> 7) * 0x1d;
        }
        field
    }

    fn exponent(&self, number: u8) -> u8 {
        self.exponents.get(usize::from(number)).copied().unwrap_or(0)
    }

    /// The multiples of a number by powers of two, if it is not 0.
    fn multiples(&self, number: u8) -> Option<&[u8; 256]> {
        let from = self.powers.get(usize::from(self.exponent(number))..)?;
        from.first_chunk().filter(|_| number != 0)
    }

    /// The coefficients of (x + 1)(x + 2)(x + 4)… after the first, which is 1; as powers of two, for none is 0.
    fn divisor(&self, degree: usize) -> Vec<u8> {
        let mut coefficients = vec![1];
        for root in 0..degree {
            coefficients.push(0);
            let mut before = 0;
            for coefficient in &mut coefficients {
                let own = *coefficient;
                *coefficient ^= self.multiples(before).and_then(|multiples| multiples.get(root)).copied().unwrap_or(0);
                before = own;
            }
        }
        coefficients.into_iter().skip(1).map(|coefficient| self.exponent(coefficient)).collect()
    }

    /// What is left of a block, with as many zeros behind it as the divisor has coefficients, after division.
    fn rest(&self, block: &[u8], divisor: &[u8]) -> Vec<u8> {
        let mut rest = block.to_vec();
        rest.resize(block.len() + divisor.len(), 0);
        let mut left = rest.as_mut_slice();
        while let Some((first, behind)) = left.split_first_mut().filter(|(_, behind)| behind.len() >= divisor.len()) {
            if let Some(multiples) = self.multiples(*first) {
                for (number, exponent) in behind.iter_mut().zip(divisor) {
                    *number ^= multiples.get(usize::from(*exponent)).copied().unwrap_or(0);
                }
            }
            left = behind;
        }
        rest.split_off(block.len())
    }
}

struct Grid {
    width: usize,
    modules: Vec<u8>,
}

impl Grid {
    /// Function patterns and version information; no codewords yet (6.3, 7.10).
    fn with_patterns(version: u8) -> Self {
        let width = width(version);
        let mut grid = Self { width, modules: vec![0; width * width] };
        let far = width - 1;
        // The format information comes with the mask, but for its dark module.
        for at in (0..9).chain(width - 8..width) {
            grid.fix_both(at, 8, 0);
        }
        grid.fix(8, width - 8, DARK);
        for (at, dark) in (0..width).zip([DARK, 0].into_iter().cycle()) {
            grid.fix_both(at, 6, dark);
        }
        for (x, y) in [(3, 3), (far - 3, 3), (3, far - 3)] {
            grid.rings(x, y, &[DARK, DARK, 0, DARK, 0]);
        }
        if version > 1 {
            let corner = |x, y| x == 6 && (y == 6 || y == far - 6);
            for x in centres(version) {
                for y in centres(version).filter(|y| !corner(x, *y) && !corner(*y, x)) {
                    grid.rings(x, y, &[DARK, 0, DARK]);
                }
            }
        }
        if version > 6 {
            let mut rest = u32::from(version);
            for _ in 0..12 {
                rest = rest << 1 ^ (rest >> 11) * 0x1f25;
            }
            let mut bits = u32::from(version) << 12 | rest;
            for at in 0..18 {
                let [.., bit] = (bits & 1).to_be_bytes();
                grid.fix_both(at / 3, width - 11 + at % 3, bit);
                bits >>= 1;
            }
        }
        grid
    }

    /// Outside the symbol nothing is drawn.
    fn fix(&mut self, x: usize, y: usize, dark: u8) {
        let inside = x < self.width && y < self.width;
        if inside && let Some(module) = self.modules.get_mut(y * self.width + x) {
            *module = FIXED | dark;
        }
    }

    /// Draws a module, and the one with its coordinates swapped.
    fn fix_both(&mut self, x: usize, y: usize, dark: u8) {
        self.fix(x, y, dark);
        self.fix(y, x, dark);
    }

    /// Squares around a centre, from the inmost.
    fn rings(&mut self, x: usize, y: usize, rings: &[u8]) {
        for (radius, dark) in rings.iter().enumerate().rev() {
            for dy in 0..=2 * radius {
                for dx in 0..=2 * radius {
                    self.fix((x + dx).wrapping_sub(radius), (y + dy).wrapping_sub(radius), *dark);
                }
            }
        }
    }

    /// Puts codewords into the modules that are left, two columns at a time from the right, up and down in turns (7.7.3).
    fn place(&mut self, codewords: &[u8]) {
        let mut codewords = codewords.iter();
        let (mut codeword, mut bits) = (0, 0);
        let far = self.width - 1;
        for right in (2..=far).rev().step_by(2) {
            let upwards = (far - right) % 4 == 0;
            // The column of the timing pattern is passed over.
            let right = if right > 6 { right } else { right - 1 };
            for step in 0..=far {
                let y = if upwards { far - step } else { step };
                for x in [right, right - 1] {
                    let Some(module) = self.modules.get_mut(y * self.width + x).filter(|module| **module == 0) else {
                        continue;
                    };
                    if bits == 0 {
                        // Behind the last there is at most a part of one: light.
                        (codeword, bits) = (codewords.next().copied().unwrap_or(0), 8);
                    }
                    *module = codeword >> 7;
                    codeword <<= 1;
                    bits -= 1;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use qrcode::canvas::Module;

    use super::*;
    use crate::code::qr::tests::{CAPACITY, drawn_by_crate};

    /// Module by module as the `qrcode` crate draws them, remainder bits being light data.
    fn check(text: &str) {
        let division = Division::for_length(text.len()).unwrap();
        let canvas = drawn_by_crate(text, division.version());
        let width = width(division.version());
        let drawn = division.draw(text);
        assert_eq!(drawn.len(), width * width);
        for (module, at) in drawn.into_iter().zip(0..) {
            let (x, y) = (at % width, at / width);
            let of_crate = canvas.get(x.try_into().unwrap(), y.try_into().unwrap());
            let fixed = if matches!(of_crate, Module::Masked(_)) { FIXED } else { 0 };
            assert_eq!(module, fixed | u8::from(of_crate.is_dark()), "module {x}, {y} of {text}");
        }
    }

    #[test]
    fn every_version_is_drawn_as_the_crate_draws_it() {
        // Where the terminator and the padding begin differs with the last characters.
        for capacity in CAPACITY {
            for less in 0..6 {
                check(&"+Z7".repeat(capacity)[..capacity - less]);
            }
        }
    }

    /// Annex I of the standard, and figures of annex E.
    #[test]
    fn figures_of_the_standard() {
        let by_version = |version: u8| centres(version).collect::<Vec<_>>();
        assert_eq!((by_version(2), by_version(7)), (vec![6, 18], vec![6, 22, 38]));
        assert_eq!((by_version(15), by_version(16)), (vec![6, 26, 48, 70], vec![6, 26, 50, 74]));
        assert_eq!(by_version(20), [6, 34, 62, 90]);
        let modules = [1, 2, 6, 7, 13, 14, 20].map(modules_for_codewords);
        assert_eq!(modules, [208, 359, 1383, 1568, 4256, 4651, 8683]);
        let mut data = vec![0x10, 0x20, 0x0c, 0x56, 0x61, 0x80];
        data.extend([0xec, 0x11].repeat(5));
        let correction = [0xa5, 0x24, 0xd4, 0xc1, 0xed, 0x36, 0xc7, 0x87, 0x2c, 0x55];
        let field = Field::new();
        assert_eq!(field.rest(&data, &field.divisor(10)), correction);
    }

    proptest! {
        #[test]
        fn any_text_is_drawn_as_the_crate_draws_it(text in "[0-9A-Z $%*+./:-]{1,970}") {
            check(&text);
        }
    }
}
