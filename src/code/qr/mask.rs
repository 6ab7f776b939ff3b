//! The choice of the data mask (ISO/IEC 18004:2015, 7.8), many modules at a time.
//!
//! A symbol is kept twice: by rows and by columns, one word per line. Both are scored by the same pass *across* the
//! lines, so that bit `i` of successive words is one column or one row and no line needs to be walked bit by bit.
//!
//! The complete symbol is scored, with each mask's own format information, as 7.8.3.1 requires. Where the standard is
//! ambiguous, we follow the `qrcode` crate (and ZXing): the quiet zone counts as light; a finder-like pattern is the
//! window 1011101 with four light modules before it, after it or both, for 40 points once; the lowest mask number wins
//! a tie.
//!
//! The crate deviates from the standard in one rule: an imbalance of dark and light (N4) costs one point for each half
//! percent instead of ten points for each full step of 5 %. So if two masks are within ten points of each other, its
//! `apply_best_mask` may choose a different mask than the standard and this file do.

use qrcode::canvas::{Canvas, Module};

use super::width;
use crate::limits::QR_VERSION_MAX;

/// One row or column of the field, dark is 1.
type Line = u128;

/// A square field of light modules in which the symbol lies, by rows or by columns.
type Field = [Line; 128];

/// Where the symbol begins in the field, in both directions: after the quiet zone.
const QUIET: usize = 4;

/// A finder-like pattern with four light modules on both sides.
const WINDOW: usize = 4 + 7 + 4;
const _: () = assert!(QR_VERSION_MAX <= 20, "windows that begin in the last of 97 modules still end in the field");

/// Masks `canvas`, which has function patterns and codewords, with the pattern that has the lowest penalty. Returns its
/// number and the finished modules, row by row, one byte each, dark is 1.
pub(super) fn apply_best(canvas: &Canvas, version: u8) -> (u8, Vec<u8>) {
    let width = width(version);
    let (rows, region) = read(canvas, width);
    let columns = transposed(&rows);
    let mut best = (0, u32::MAX, rows);
    for (mask, (by_row, by_column)) in (0..).zip(PATTERNS.iter().zip(&PATTERNS_TRANSPOSED)) {
        let (along_row, along_column) = format_information(mask, width);
        let by_rows = masked(&rows, &region, by_row, along_row, along_column);
        let by_columns = masked(&columns, &region, by_column, along_column, along_row);
        let penalty = penalty(&by_rows, &by_columns, width, best.1);
        if penalty < best.1 {
            best = (mask, penalty, by_rows);
        }
    }
    (best.0, modules(&best.2, width))
}

/// The unmasked symbol by rows, and its encoding region, which is the same by rows and by columns.
fn read(canvas: &Canvas, width: usize) -> (Field, Field) {
    let (mut rows, mut region): (Field, Field) = ([0; 128], [0; 128]);
    for (y, (row, region)) in (0..).zip(rows.iter_mut().zip(&mut region).skip(QUIET).take(width)) {
        // No branches on the colour: half of them would be mispredicted.
        for x in (0..).take(width) {
            let module = canvas.get(x, y);
            // A module that is still empty is a remainder bit: light, and masked like data.
            *row = (*row >> 1) | (Line::from(module.is_dark()) << 127);
            *region = (*region >> 1) | (Line::from(!matches!(module, Module::Masked(_))) << 127);
        }
        *row >>= 128 - width - QUIET;
        *region >>= 128 - width - QUIET;
    }
    (rows, region)
}

/// Swaps rows and columns: the upper right and the lower left quarter, then the same inside each quarter.
fn transposed(field: &Field) -> Field {
    let mut field = *field;
    let mut half = field.len() / 2;
    let mut left = Line::MAX >> half;
    while half > 0 {
        for block in field.chunks_exact_mut(2 * half) {
            let (upper, lower) = block.split_at_mut(half);
            for (upper, lower) in upper.iter_mut().zip(lower) {
                let swapped = ((*upper >> half) ^ *lower) & left;
                *upper ^= swapped << half;
                *lower ^= swapped;
            }
        }
        half /= 2;
        left ^= left << half;
    }
    field
}

/// The finished field: `pattern` applied in `region`, with the format information of the symbol's line 8 (`along`) and
/// of module 8 of each line (`across`).
fn masked(field: &Field, region: &Field, pattern: &[u16; PERIOD], along: Line, across: Line) -> Field {
    let mut masked = *field;
    let pattern = pattern.map(|period| repeat(period) << QUIET);
    let mut across = across >> QUIET;
    let lines = masked.iter_mut().zip(region).skip(QUIET).zip(pattern.iter().cycle());
    for ((line, region), pattern) in lines {
        *line ^= region & pattern;
        *line |= (across & 1) << (QUIET + 8);
        across >>= 1;
    }
    masked[QUIET + 8] |= along;
    masked
}

fn modules(rows: &Field, width: usize) -> Vec<u8> {
    let mut modules = Vec::with_capacity(width * width);
    for row in rows.iter().skip(QUIET).take(width) {
        let mut rest = *row >> QUIET;
        for _ in 0..width {
            modules.push(u8::from(rest & 1 == 1));
            rest >>= 1;
        }
    }
    modules
}

/// The sum of the four rules of 7.8.3.1 for a finished symbol, or any number not below `enough` if the sum is not below
/// it.
fn penalty(rows: &Field, columns: &Field, width: usize, enough: u32) -> u32 {
    let mut penalty = square_penalty(rows, width) + balance_penalty(rows, width);
    for field in [rows, columns] {
        if penalty < enough {
            penalty += run_penalty(field, width) + finder_penalty(field, width);
        }
    }
    penalty
}

/// A line of `count` dark modules.
fn dark(count: usize) -> Line {
    ((1 << count) - 1) << QUIET
}

/// N1: a run of `n` ≥ 5 modules of one colour across the lines costs `n` − 2.
fn run_penalty(field: &Field, width: usize) -> u32 {
    let mut penalty = 0;
    let lanes = dark(width);
    let mut previous: Option<&Line> = None;
    // Bit `i`: the last two, three, five modules of lane `i` have the same colour; for three also one and two lines
    // ago.
    let mut same: Line = 0;
    let (mut three, mut three_before, mut five): (Line, Line, Line) = (0, 0, 0);
    for line in field.iter().skip(QUIET).take(width) {
        let now_same = previous.map_or(0, |previous| !(previous ^ line) & lanes);
        let now_three = now_same & same;
        let now_five = now_three & three_before;
        // A run of `n` holds `n` − 4 windows of five, one of which is its first.
        penalty += now_five.count_ones() + 2 * (now_five & !five).count_ones();
        (previous, same, three_before, three, five) = (Some(line), now_same, three, now_three, now_five);
    }
    penalty
}

/// N2: each square of 2 × 2 modules of one colour costs 3. A block of `m` × `n` holds (`m` − 1) × (`n` − 1) of them.
fn square_penalty(rows: &Field, width: usize) -> u32 {
    let mut squares = 0;
    let lanes = dark(width - 1);
    let mut previous: Line = 0;
    // Bit `i`: modules `i` and `i` + 1 of the row above have the same colour.
    let mut pair: Line = 0;
    for row in rows.iter().skip(QUIET).take(width) {
        let now_pair = !(row ^ (row >> 1)) & lanes;
        squares += (!(previous ^ row) & now_pair & pair).count_ones();
        (previous, pair) = (*row, now_pair);
    }
    3 * squares
}

/// N3: a window 1011101 across the lines with four light modules before or after it costs 40.
fn finder_penalty(field: &Field, width: usize) -> u32 {
    let mut windows = 0;
    for window in field.windows(WINDOW).take(width) {
        let &[b0, b1, b2, b3, f0, f1, f2, f3, f4, f5, f6, a0, a1, a2, a3] = window else { continue };
        let finder = f0 & !f1 & f2 & f3 & f4 & !f5 & f6;
        if finder != 0 {
            windows += (finder & !((b0 | b1 | b2 | b3) & (a0 | a1 | a2 | a3))).count_ones();
        }
    }
    40 * windows
}

/// N4: each full step of 5 % by which the share of dark modules deviates from 50 % costs 10.
fn balance_penalty(rows: &Field, width: usize) -> u32 {
    let all = dark(width).count_ones().pow(2);
    let off = rows.iter().map(|row| 2 * row.count_ones()).sum::<u32>().abs_diff(all);
    10 * (10 * off / all)
}

/// The 15 bits of format information for level M (ISO/IEC 18004:2015, 7.9 and figure 25) as placed in row 8 and in
/// column 8; the dark module is not one of them.
fn format_information(mask: u8, width: usize) -> (Line, Line) {
    let mask = u16::from(mask);
    let mut remainder = mask;
    for _ in 0..10 {
        remainder = (remainder << 1) ^ ((remainder >> 9) * 0x537);
    }
    let bits = ((mask << 10) | remainder) ^ 0x5412;
    let (down, up) = (Line::from(bits), Line::from(bits.reverse_bits() >> 1));
    let near = |bits: Line| (bits & 0x3f) | ((bits & 0xc0) << 1);
    let (row, column) = (near(up) | ((up >> 7) << (width - 8)), near(down) | ((down >> 8) << (width - 7)));
    (row << QUIET, column << QUIET)
}

/// All mask patterns repeat after this many modules in both directions.
const PERIOD: usize = 12;

/// By mask and row modulo the period: the columns that are inverted.
const PATTERNS: [[u16; PERIOD]; 8] = patterns(false);
/// By mask and column modulo the period: the rows that are inverted.
const PATTERNS_TRANSPOSED: [[u16; PERIOD]; 8] = patterns(true);

#[allow(clippy::indexing_slicing, reason = "runs while compiling, where an index out of bounds is an error")]
const fn patterns(transposed: bool) -> [[u16; PERIOD]; 8] {
    let mut patterns = [[0; PERIOD]; 8];
    let (mut mask, mut line, mut module) = (0, 0, 0);
    while mask < 8 {
        while line < PERIOD {
            while module < PERIOD {
                let (x, y) = if transposed { (line, module) } else { (module, line) };
                if inverts(mask, x, y) {
                    patterns[mask][line] |= 1 << module;
                }
                module += 1;
            }
            (line, module) = (line + 1, 0);
        }
        (mask, line) = (mask + 1, 0);
    }
    patterns
}

/// Whether a mask inverts the module in column `x` and row `y` (ISO/IEC 18004:2015, table 10).
const fn inverts(mask: usize, x: usize, y: usize) -> bool {
    let rest = match mask {
        0 => (x + y) % 2,
        1 => y % 2,
        2 => x % 3,
        3 => (x + y) % 3,
        4 => (y / 2 + x / 3) % 2,
        5 => (x * y) % 2 + (x * y) % 3,
        6 => ((x * y) % 2 + (x * y) % 3) % 2,
        _ => ((x + y) % 2 + (x * y) % 3) % 2,
    };
    rest == 0
}

/// A line of one period, over and over.
fn repeat(period: u16) -> Line {
    let mut line = Line::from(period);
    for shift in [12, 24, 48, 96] {
        line |= line << shift;
    }
    line
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use qrcode::canvas::MaskPattern;
    use qrcode::types::Color;

    use super::*;
    use crate::code::qr::{
        encode,
        tests::{ALPHABET, CAPACITY},
        version_for,
    };

    const MASKS: [MaskPattern; 8] = [
        MaskPattern::Checkerboard,
        MaskPattern::HorizontalLines,
        MaskPattern::VerticalLines,
        MaskPattern::DiagonalLines,
        MaskPattern::LargeCheckerboard,
        MaskPattern::Fields,
        MaskPattern::Diamonds,
        MaskPattern::Meadow,
    ];

    /// The rules of 7.8.3.1 taken literally, one module at a time.
    mod reference {
        pub(super) fn lines(symbol: &[Vec<bool>]) -> Vec<Vec<bool>> {
            let columns = (0..symbol.len()).map(|x| symbol.iter().map(|row| row[x]).collect());
            symbol.iter().cloned().chain(columns).collect()
        }

        pub(super) fn runs(line: &[bool]) -> u32 {
            let runs = line.chunk_by(|left, right| left == right).map(|run| u32::try_from(run.len()).unwrap());
            runs.filter(|length| *length >= 5).map(|length| 3 + (length - 5)).sum()
        }

        pub(super) fn finders(line: &[bool]) -> u32 {
            let text: String = line.iter().map(|dark| if *dark { '1' } else { '0' }).collect();
            let text = format!("0000{text}0000");
            let at = |at: usize| text[at..].starts_with("1011101");
            let light = |at: usize| text[at..].starts_with("0000");
            let windows = (4..text.len() - 10).filter(|start| at(*start) && (light(start - 4) || light(start + 7)));
            40 * u32::try_from(windows.count()).unwrap()
        }

        pub(super) fn squares(symbol: &[Vec<bool>]) -> u32 {
            let mut penalty = 0;
            for rows in symbol.windows(2) {
                for x in 1..symbol.len() {
                    let square = [rows[0][x - 1], rows[0][x], rows[1][x - 1], rows[1][x]];
                    penalty += if square == [true; 4] || square == [false; 4] { 3 } else { 0 };
                }
            }
            penalty
        }

        pub(super) fn dark_share(symbol: &[Vec<bool>]) -> (usize, usize) {
            (symbol.iter().flatten().filter(|dark| **dark).count(), symbol.len() * symbol.len())
        }

        /// k of the rule: 50 ± (5 × k) % to 50 ± (5 × (k + 1)) % are dark.
        pub(super) fn balance(symbol: &[Vec<bool>]) -> u32 {
            let (dark, all) = dark_share(symbol);
            let outside = |k: &usize| 100 * dark <= (50 - 5 * k) * all || 100 * dark >= (50 + 5 * k) * all;
            10 * u32::try_from((1..=10).take_while(outside).count()).unwrap()
        }

        pub(super) fn without_balance(symbol: &[Vec<bool>]) -> u32 {
            squares(symbol) + lines(symbol).iter().map(|line| runs(line) + finders(line)).sum::<u32>()
        }

        pub(super) fn penalty(symbol: &[Vec<bool>]) -> u32 {
            without_balance(symbol) + balance(symbol)
        }
    }

    /// What the crate's `apply_best_mask` minimises, up to a constant.
    fn penalty_of_crate(symbol: &[Vec<bool>]) -> u32 {
        let (dark, all) = reference::dark_share(symbol);
        reference::without_balance(symbol) + u32::try_from((200 * dark / all).abs_diff(100)).unwrap()
    }

    fn canvas(text: &str) -> Canvas {
        crate::code::qr::draw(text, version_for(text.len()).unwrap()).unwrap()
    }

    fn colours(canvas: Canvas) -> Vec<Vec<bool>> {
        let modules: Vec<bool> = canvas.into_colors().into_iter().map(|colour| colour == Color::Dark).collect();
        modules.chunks(modules.len().isqrt()).map(<[bool]>::to_vec).collect()
    }

    /// All eight finished symbols, as the crate draws them.
    fn candidates(canvas: &Canvas) -> Vec<Vec<Vec<bool>>> {
        let masked = MASKS.map(|mask| {
            let mut canvas = canvas.clone();
            canvas.apply_mask(mask);
            colours(canvas)
        });
        masked.into()
    }

    fn first_lowest(penalties: impl Iterator<Item = u32>) -> usize {
        penalties.enumerate().min_by_key(|(_, penalty)| *penalty).unwrap().0
    }

    fn field(symbol: &[Vec<bool>]) -> Field {
        let mut field = [0; 128];
        for (y, row) in symbol.iter().enumerate() {
            for (x, dark) in row.iter().enumerate() {
                field[y + QUIET] |= Line::from(*dark) << (x + QUIET);
            }
        }
        field
    }

    fn bytes(symbol: &[Vec<bool>]) -> Vec<u8> {
        symbol.iter().flatten().map(|dark| u8::from(*dark)).collect()
    }

    /// Ours against the reference, and the reference against the crate.
    fn check_choice(text: &str) -> (usize, usize) {
        let canvas = canvas(text);
        let candidates = candidates(&canvas);
        let standard = first_lowest(candidates.iter().map(|symbol| reference::penalty(symbol)));
        let ours = encode(text).unwrap();
        assert_eq!(usize::from(ours.mask()), standard, "{text}");
        assert_eq!(ours.modules(), bytes(&candidates[standard]), "{text}");

        let of_crate = first_lowest(candidates.iter().map(|symbol| penalty_of_crate(symbol)));
        assert!(colours(canvas.apply_best_mask()) == candidates[of_crate], "{text}");
        (standard, of_crate)
    }

    fn any_symbol() -> impl Strategy<Value = Vec<Vec<bool>>> {
        // From symbols with few long runs to random noise.
        let module = (0.02..0.98_f64, 0.5..0.98_f64);
        (1..=QR_VERSION_MAX, module, any::<u64>()).prop_map(|(version, (dark, same), seed)| {
            let mut state = seed | 1;
            let mut random = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                f64::from(u32::try_from(state >> 33).unwrap()) / f64::from(1_u32 << 31)
            };
            let mut last = false;
            let mut module = || {
                last = if random() < same - 0.5 { last } else { random() < dark };
                last
            };
            let width = width(version);
            (0..width).map(|_| (0..width).map(|_| module()).collect()).collect()
        })
    }

    /// Texts of every length that fits: one repeated character, digits, all characters.
    fn any_text() -> impl Strategy<Value = String> {
        let length = 1..=*CAPACITY.last().unwrap();
        (length, 1..=ALPHABET.len(), any::<u64>()).prop_map(|(length, kinds, seed)| text(length, kinds, seed))
    }

    fn text(length: usize, kinds: usize, seed: u64) -> String {
        let mut state = seed;
        let mut character = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(ALPHABET[usize::try_from(state >> 33).unwrap() % kinds])
        };
        (0..length).map(|_| character()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn word_scores_are_the_reference_scores(symbol in any_symbol()) {
            let width = symbol.len();
            let rows = field(&symbol);
            let columns = transposed(&rows);
            let lines = reference::lines(&symbol);
            let (by_row, by_column) = lines.split_at(width);
            for (field, lines) in [(&columns, by_row), (&rows, by_column)] {
                prop_assert_eq!(run_penalty(field, width), lines.iter().map(|line| reference::runs(line)).sum::<u32>());
                let finders = lines.iter().map(|line| reference::finders(line)).sum::<u32>();
                prop_assert_eq!(finder_penalty(field, width), finders);
            }
            prop_assert_eq!(square_penalty(&rows, width), reference::squares(&symbol));
            prop_assert_eq!(balance_penalty(&rows, width), reference::balance(&symbol));
            prop_assert_eq!(penalty(&rows, &columns, width, u32::MAX), reference::penalty(&symbol));
            prop_assert_eq!(modules(&rows, width), bytes(&symbol));
        }

        #[test]
        fn the_mask_is_the_one_of_the_standard(text in any_text()) {
            check_choice(&text);
        }
    }

    #[test]
    fn the_mask_is_the_one_of_the_standard_in_every_version() {
        for length in CAPACITY {
            for kinds in [1, 10, ALPHABET.len()] {
                check_choice(&text(length, kinds, 7));
            }
        }
    }

    /// If this fails after an update of the crate, the crate now follows the standard in rule N4.
    #[test]
    fn the_crate_deviates_from_the_standard_in_the_balance() {
        assert_eq!(check_choice("24"), (6, 2));
        assert_eq!(check_choice("GKH.50+*%AFZJ+W:Z+GH"), (3, 6));
    }

    #[test]
    fn every_mask_and_format_is_drawn_as_the_crate_draws_it() {
        for length in CAPACITY {
            let canvas = canvas(&text(length, ALPHABET.len(), 7));
            let candidates = candidates(&canvas);
            let width = candidates[0].len();
            let (rows, region) = read(&canvas, width);
            assert!(transposed(&region) == region);
            for (mask, candidate) in candidates.iter().enumerate() {
                let (row, column) = format_information(u8::try_from(mask).unwrap(), width);
                let by_rows = masked(&rows, &region, &PATTERNS[mask], row, column);
                let by_columns = masked(&transposed(&rows), &region, &PATTERNS_TRANSPOSED[mask], column, row);
                assert!(by_rows == field(candidate), "mask {mask}, {width} modules");
                assert!(by_columns == transposed(&by_rows), "mask {mask}, {width} modules");
            }
        }
    }
}
