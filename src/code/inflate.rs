//! DEFLATE (RFC 1951) in the ZLIB format (RFC 1950), read only.
//!
//! It is our own because a checkpoint's engine with `miniz_oxide` is 3.3 kB larger (66.3 kB against 63.0, brotli). The tests hold it
//! to `miniz_oxide`. It decodes bit by bit, as Mark Adler's `puff` does: status lists are short, and what they
//! decompress to is nearly all repetition.

/// Why something cannot be decompressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not in the format, or its checksum is wrong.
    Malformed,
    /// It would be longer than it may be.
    TooLong,
}

/// The order in which the lengths of the codes of lengths are written.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Bits, the lowest of each byte first.
struct Bits<'a> {
    rest: &'a [u8],
    held: u32,
    count: u32,
}

impl Bits<'_> {
    fn byte(&mut self) -> Result<u32, Fault> {
        let (first, rest) = self.rest.split_first().ok_or(Fault::Malformed)?;
        self.rest = rest;
        Ok((*first).into())
    }

    /// At most 16 bits.
    fn take(&mut self, count: u32) -> Result<u32, Fault> {
        while self.count < count {
            self.held |= self.byte()? << self.count;
            self.count += 8;
        }
        let taken = self.held & ((1 << count) - 1);
        self.held >>= count;
        self.count -= count;
        Ok(taken)
    }

    fn size(&mut self, count: u32) -> Result<usize, Fault> {
        size(self.take(count)?)
    }
}

fn size(number: u32) -> Result<usize, Fault> {
    usize::try_from(number).map_err(|_| Fault::Malformed)
}

/// A canonical Huffman code: how many codes there are of each length, and their symbols in order.
struct Code {
    counts: [u32; 16],
    symbols: Vec<u32>,
}

impl Code {
    /// By the length of each symbol's code; 0 for none.
    fn new(lengths: &[u32]) -> Result<Self, Fault> {
        let mut code = Self { counts: [0; 16], symbols: Vec::new() };
        // How many codes of this length are not taken.
        let mut left = 1_u32;
        for (length, count) in (0..).zip(&mut code.counts).skip(1) {
            for (symbol, _) in (0..).zip(lengths).filter(|(_, own)| **own == length) {
                *count += 1;
                code.symbols.push(symbol);
            }
            left = (left * 2).checked_sub(*count).ok_or(Fault::Malformed)?;
        }
        // Only a single code, of one bit, need not be complete; or none at all.
        let single = code.symbols.len() <= 1 && code.counts.iter().skip(2).all(|count| *count == 0);
        if left == 0 || single { Ok(code) } else { Err(Fault::Malformed) }
    }

    fn read(&self, bits: &mut Bits<'_>) -> Result<u32, Fault> {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for count in self.counts.iter().skip(1) {
            code = code << 1 | bits.take(1)?;
            first <<= 1;
            if code < first + count {
                return self.symbols.get(size(index + code - first)?).copied().ok_or(Fault::Malformed);
            }
            index += count;
            first += count;
        }
        Err(Fault::Malformed)
    }
}

/// What a symbol above the others stands for: the first `plain` symbols have no bits behind them and stand for numbers from `from`
/// on; after that there is one bit more for every `plain / 2` symbols.
fn value(symbol: u32, plain: u32, from: u32, bits: &mut Bits<'_>) -> Result<usize, Fault> {
    if symbol < plain {
        return size(symbol + from);
    }
    let half = plain / 2;
    let extra = symbol / half - 1;
    size(from + ((half + symbol % half) << extra) + bits.take(extra)?)
}

/// Decompresses at most `most` bytes.
pub(super) fn inflate(compressed: &[u8], most: usize) -> Result<Vec<u8>, Fault> {
    let mut bits = Bits { rest: compressed, held: 0, count: 0 };
    let (method, flags) = (bits.byte()?, bits.byte()?);
    // DEFLATE with a window of at most 32 kB, and no dictionary that was agreed on.
    if method & 0x8f != 8 || flags & 0x20 != 0 || (method << 8 | flags) % 31 != 0 {
        return Err(Fault::Malformed);
    }
    let mut out = Vec::new();
    loop {
        let last = bits.take(1)? == 1;
        match bits.take(2)? {
            0 => stored(&mut bits, &mut out, most)?,
            1 => {
                let lengths = |symbol: u32| match symbol {
                    144..=255 => 9,
                    256..=279 => 7,
                    _ => 8,
                };
                let lengths: Vec<u32> = (0..288).map(lengths).collect();
                codes(&mut bits, &Code::new(&lengths)?, &Code::new(&[5; 32])?, &mut out, most)?;
            }
            2 => {
                let (literals, distances) = dynamic(&mut bits)?;
                codes(&mut bits, &literals, &distances, &mut out, most)?;
            }
            _ => return Err(Fault::Malformed),
        }
        if last {
            break;
        }
    }
    let mut sum = 0;
    for _ in 0..4 {
        sum = sum << 8 | bits.byte()?;
    }
    if sum == adler32(&out) { Ok(out) } else { Err(Fault::Malformed) }
}

fn stored(bits: &mut Bits<'_>, out: &mut Vec<u8>, most: usize) -> Result<(), Fault> {
    // From the next byte on; no whole byte is held.
    (bits.held, bits.count) = (0, 0);
    let (length, inverse) = (bits.take(16)?, bits.take(16)?);
    if length ^ inverse != 0xffff {
        return Err(Fault::Malformed);
    }
    let (bytes, rest) = bits.rest.split_at_checked(size(length)?).ok_or(Fault::Malformed)?;
    if out.len() + bytes.len() > most {
        return Err(Fault::TooLong);
    }
    out.extend_from_slice(bytes);
    bits.rest = rest;
    Ok(())
}

/// The two codes that a block begins with.
fn dynamic(bits: &mut Bits<'_>) -> Result<(Code, Code), Fault> {
    let (literals, distances, count) = (bits.size(5)? + 257, bits.size(5)? + 1, bits.size(4)? + 4);
    if literals > 286 || distances > 30 {
        return Err(Fault::Malformed);
    }
    let mut own = [0; 19];
    for at in ORDER.into_iter().take(count) {
        let length = bits.take(3)?;
        if let Some(own) = own.get_mut(at) {
            *own = length;
        }
    }
    let own = Code::new(&own)?;
    let mut lengths: Vec<u32> = Vec::new();
    while lengths.len() < literals + distances {
        let (length, times) = match own.read(bits)? {
            16 => (lengths.last().copied().ok_or(Fault::Malformed)?, 3 + bits.size(2)?),
            17 => (0, 3 + bits.size(3)?),
            18 => (0, 11 + bits.size(7)?),
            length => (length, 1),
        };
        lengths.extend(std::iter::repeat_n(length, times));
    }
    let (first, second) = lengths.split_at_checked(literals).ok_or(Fault::Malformed)?;
    // Without an end no block would have one.
    if second.len() != distances || first.get(256) == Some(&0) {
        return Err(Fault::Malformed);
    }
    Ok((Code::new(first)?, Code::new(second)?))
}

fn codes(bits: &mut Bits<'_>, literals: &Code, distances: &Code, out: &mut Vec<u8>, most: usize) -> Result<(), Fault> {
    loop {
        let symbol = literals.read(bits)?;
        if let Ok(byte) = u8::try_from(symbol) {
            if out.len() >= most {
                return Err(Fault::TooLong);
            }
            out.push(byte);
            continue;
        }
        let length = match symbol {
            256 => return Ok(()),
            285 => 258,
            257..=284 => value(symbol - 257, 8, 3, bits)?,
            _ => return Err(Fault::Malformed),
        };
        let distance = match distances.read(bits)? {
            symbol @ 0..=29 => value(symbol, 4, 1, bits)?,
            _ => return Err(Fault::Malformed),
        };
        let from = out.len().checked_sub(distance).ok_or(Fault::Malformed)?;
        if out.len() + length > most {
            return Err(Fault::TooLong);
        }
        for at in from..from + length {
            let byte = out.get(at).copied().ok_or(Fault::Malformed)?;
            out.push(byte);
        }
    }
}

/// The checksum of RFC 1950. A sum of 5,552 bytes fits.
fn adler32(bytes: &[u8]) -> u32 {
    let (mut one, mut other) = (1_u32, 0_u32);
    for part in bytes.chunks(5_552) {
        for byte in part {
            one += u32::from(*byte);
            other += one;
        }
        one %= 65_521;
        other %= 65_521;
    }
    other << 16 | one
}

#[cfg(test)]
mod tests {
    use super::*;
    use miniz_oxide::deflate::compress_to_vec_zlib;
    use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
    use proptest::prelude::*;

    const MOST: usize = 20_000;

    #[test]
    fn what_is_longer_than_it_may_be_is_not_decompressed() {
        for (content, level) in [(vec![0; MOST + 1], 9), ((0..=MOST).map(|at| at.to_le_bytes()[0]).collect(), 0)] {
            let compressed = compress_to_vec_zlib(&content, level);
            assert_eq!(inflate(&compressed, MOST), Err(Fault::TooLong));
            assert_eq!(inflate(&compressed, MOST + 1), Ok(content));
        }
    }

    proptest! {
        #[test]
        fn what_was_compressed_is_there_again(
            parts in prop::collection::vec((any::<u8>(), 1usize..300, any::<u16>()), 0..200), level in 0u8..=10,
        ) {
            // Runs, and noise between them.
            let content: Vec<u8> = parts
                .into_iter()
                .flat_map(|(byte, times, noise)| [vec![byte; times], noise.to_le_bytes().to_vec()].concat())
                .collect();
            let compressed = compress_to_vec_zlib(&content, level);
            prop_assert_eq!(inflate(&compressed, content.len()), Ok(content));
        }

        /// Whatever is altered, it says what another implementation says.
        #[test]
        fn it_decompresses_what_others_do(
            content in prop::collection::vec(0u8..4, 0..400), level in 0u8..=10, at in any::<usize>(), to in any::<u8>(),
        ) {
            let mut altered = compress_to_vec_zlib(&content, level);
            let at = at % altered.len();
            altered[at] = to;
            let other = decompress_to_vec_zlib_with_limit(&altered, MOST).ok();
            prop_assert_eq!(inflate(&altered, MOST).ok(), other);
        }
    }
}
