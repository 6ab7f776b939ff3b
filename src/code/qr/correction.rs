//! Error correction of a symbol (ISO/IEC 18004:2015, 7.5 and 7.6) at level M. The `qrcode` crate has it too, with tables of all generator
//! polynomials up to degree 69, which are more of an engine than all of this.

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
const _: () = assert!(crate::limits::QR_VERSION_MAX <= 20, "the table ends with version 20");

/// The codewords of data and those of error correction, each in the order in which they are placed: the first of each block, the
/// second of each. Some blocks, the last ones, hold one more of data than the others.
pub(super) fn codewords(data: &[u8], version: u8) -> Option<(Vec<u8>, Vec<u8>)> {
    let (blocks, correction) = *BLOCKS.get(usize::from(version).checked_sub(1)?)?;
    let field = Field::new();
    let divisor = field.divisor(correction);
    let short = data.len() / blocks;
    let (shorter, longer) = data.split_at_checked((blocks - data.len() % blocks) * short)?;
    let blocks: Vec<&[u8]> = shorter.chunks(short.max(1)).chain(longer.chunks(short + 1)).collect();
    let corrections: Vec<Vec<u8>> = blocks.iter().map(|block| field.rest(block, &divisor)).collect();
    let nth = |at| blocks.iter().filter_map(move |block| block.get(at));
    let nth_correction = |at| corrections.iter().filter_map(move |block| block.get(at));
    Some(((0..=short).flat_map(nth).copied().collect(), (0..correction).flat_map(nth_correction).copied().collect()))
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
            power = (power << 1) ^ ((power >> 7) * 0x1d);
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use qrcode::bits::Bits;
    use qrcode::types::{EcLevel, Version};

    use super::*;
    use crate::limits::QR_VERSION_MAX;

    /// As the `qrcode` crate makes them.
    fn check(version: u8, mut seed: u32) {
        let of_crate = Version::Normal(version.into());
        let room = Bits::new(of_crate).max_len(EcLevel::M).unwrap() / 8;
        let data: Vec<u8> = (0..room)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 24) as u8
            })
            .collect();
        assert_eq!(
            codewords(&data, version).unwrap(),
            qrcode::ec::construct_codewords(&data, of_crate, EcLevel::M).unwrap(),
            "version {version}"
        );
    }

    #[test]
    fn every_version_has_the_codewords_of_the_crate() {
        for version in 1..=QR_VERSION_MAX {
            check(version, u32::from(version));
        }
        assert!(codewords(&[], 0).is_none() && codewords(&[], 21).is_none());
    }

    /// Annex I of the standard.
    #[test]
    fn figures_of_the_standard() {
        let mut data = vec![0x10, 0x20, 0x0c, 0x56, 0x61, 0x80];
        data.extend([0xec, 0x11].repeat(5));
        let correction = [0xa5, 0x24, 0xd4, 0xc1, 0xed, 0x36, 0xc7, 0x87, 0x2c, 0x55];
        let field = Field::new();
        assert_eq!(field.rest(&data, &field.divisor(10)), correction);
    }

    proptest! {
        #[test]
        fn any_data_has_the_codewords_of_the_crate(version in 1..=QR_VERSION_MAX, seed in any::<u32>()) {
            check(version, seed);
        }
    }
}
