//! Tiles (C2SP tlog-tiles): the tree's hashes and the leaves in files of 256 that never change, and what proofs are made from.

use std::collections::{BTreeMap, BTreeSet};

use super::LogError;
use super::tree::{empty, leaf_hash, node_hash};
use crate::limits::LOG_ENTRY_BYTES;
use crate::trust::Digest;

/// How many hashes, or leaves, a whole tile has.
pub const WIDTH: u64 = 256;

/// Levels of the tree that a tile spans.
const SPAN: u8 = 8;

/// The level by which bundles of leaves are asked for.
pub const ENTRIES: u8 = 64;

/// One tile of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tile {
    /// Its level; [`ENTRIES`] for leaves.
    pub level: u8,
    /// Its number in the level.
    pub index: u64,
    /// How many hashes it has, from 1 to 256.
    pub width: u64,
}

impl Tile {
    /// The tile at a level with a number in a tree of `size` leaves, if it is in it.
    #[must_use]
    pub fn of(level: u8, index: u64, size: u64) -> Option<Self> {
        let nodes = if level == ENTRIES { size } else { size.checked_shr(u32::from(level) * u32::from(SPAN))? };
        let width = nodes.checked_sub(index.checked_mul(WIDTH)?)?.min(WIDTH);
        (width > 0).then_some(Self { level, index, width })
    }

    /// The path below the log's prefix.
    #[must_use]
    pub fn path(&self) -> String {
        let mut number = format!("{:03}", self.index % 1_000);
        let mut rest = self.index / 1_000;
        while rest > 0 {
            number = format!("x{:03}/{number}", rest % 1_000);
            rest /= 1_000;
        }
        let level = if self.level == ENTRIES { "entries".to_owned() } else { self.level.to_string() };
        let part = if self.width < WIDTH { format!(".p/{}", self.width) } else { String::new() };
        format!("tile/{level}/{number}{part}")
    }

    /// The tile that is under a path.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let (level, mut rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let level = if level == "entries" { ENTRIES } else { level.parse().ok().filter(|level| *level < ENTRIES)? };
        let mut width = WIDTH;
        if let Some((number, part)) = rest.split_once(".p/") {
            (rest, width) = (number, part.parse().ok().filter(|width| *width < WIDTH)?);
        }
        let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
        let tile = Self { level, index: digits.parse().ok()?, width };
        // There is one way to write it.
        (tile.path() == path).then_some(tile)
    }

    /// The same tile when it was whole.
    #[must_use]
    pub const fn whole(&self) -> Self {
        Self { width: WIDTH, ..*self }
    }

    fn wrong(&self) -> LogError {
        LogError::Tile { level: self.level, index: self.index }
    }

    /// The hashes of a tile, of which a whole one may have more than this.
    ///
    /// # Errors
    /// [`LogError::Tile`] if there are fewer, or it is cut off.
    pub fn hashes(&self, bytes: &[u8]) -> Result<Vec<Digest>, LogError> {
        let (hashes, rest) = bytes.as_chunks::<32>();
        let width = usize::try_from(self.width).unwrap_or(usize::MAX);
        let fits = rest.is_empty() && (hashes.len() == width || u64::try_from(hashes.len()) == Ok(WIDTH));
        let hashes = hashes.get(..width).filter(|_| fits).ok_or_else(|| self.wrong())?;
        Ok(hashes.iter().map(|hash| Digest(*hash)).collect())
    }

    /// The leaves of a bundle, of which a whole one may have more than this.
    ///
    /// # Errors
    /// [`LogError::Tile`] if there are fewer, or it is cut off.
    pub fn entries<'a>(&self, bytes: &'a [u8]) -> Result<Vec<&'a [u8]>, LogError> {
        let mut rest = bytes;
        let mut entries = Vec::new();
        while !rest.is_empty() {
            let (length, after) = rest.split_first_chunk::<2>().ok_or_else(|| self.wrong())?;
            let length = usize::from(u16::from_be_bytes(*length));
            let (entry, after) = after.split_at_checked(length).ok_or_else(|| self.wrong())?;
            entries.push(entry);
            rest = after;
        }
        let (width, found) = (usize::try_from(self.width).unwrap_or(usize::MAX), u64::try_from(entries.len()));
        if found != Ok(self.width) && found != Ok(WIDTH) {
            return Err(self.wrong());
        }
        entries.truncate(width);
        Ok(entries)
    }
}

/// The bytes of a bundle of leaves.
///
/// # Errors
/// [`LogError::Leaf`] if one is longer than a leaf may be.
pub fn bundle<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>, LogError> {
    let mut bytes = Vec::new();
    for entry in entries {
        let length =
            u16::try_from(entry.len()).ok().filter(|_| entry.len() <= LOG_ENTRY_BYTES).ok_or(LogError::Leaf)?;
        bytes.extend(length.to_be_bytes());
        bytes.extend(entry);
    }
    Ok(bytes)
}

/// Tiles with their bytes.
pub type Written = Vec<(Tile, Vec<u8>)>;

/// Where the bytes of tiles come from.
pub trait Source {
    /// What goes wrong there.
    type Error: From<LogError>;

    /// The bytes of this tile, or of the whole one that has taken its place.
    ///
    /// # Errors
    /// If it cannot be had.
    fn tile(&mut self, tile: Tile) -> Result<Vec<u8>, Self::Error>;
}

/// The tree of a log's first `size` leaves, read from its tiles. All of them lead to one root, or are refused; whether it is the one
/// that was signed, [`Tree::root`] says.
pub struct Tree<S> {
    source: S,
    size: u64,
    tiles: BTreeMap<(u8, u64), Vec<Digest>>,
}

impl<S: Source> Tree<S> {
    /// A tree of `size` leaves.
    #[must_use]
    pub const fn new(source: S, size: u64) -> Self {
        Self { source, size, tiles: BTreeMap::new() }
    }

    /// How many leaves it has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Where its tiles come from.
    pub const fn source(&mut self) -> &mut S {
        &mut self.source
    }

    fn hashes(&mut self, level: u8, index: u64) -> Result<&[Digest], S::Error> {
        if !self.tiles.contains_key(&(level, index)) {
            let tile = Tile::of(level, index, self.size).ok_or(LogError::Tile { level, index })?;
            let bytes = self.source.tile(tile)?;
            let hashes = tile.hashes(&bytes)?;
            // What is whole has its root in the tile above; what is not is part of the root itself.
            if tile.width == WIDTH {
                let above = self.hashes(level.saturating_add(1), index / WIDTH)?;
                let root = usize::try_from(index % WIDTH).ok().and_then(|within| above.get(within)).copied();
                if root.is_none() || fold(hashes.clone()) != root {
                    return Err(tile.wrong().into());
                }
            }
            self.tiles.insert((level, index), hashes);
        }
        Ok(self.tiles.get(&(level, index)).map_or(&[], Vec::as_slice))
    }

    /// The hash of the whole tree of `1 << height` leaves that begins with leaf `index << height`.
    fn whole(&mut self, height: u8, index: u64) -> Result<Digest, S::Error> {
        let (level, above) = (height / SPAN, height % SPAN);
        let wrong = LogError::Tile { level, index };
        let first = index << above;
        let hashes = self.hashes(level, first / WIDTH)?;
        let within = usize::try_from(first % WIDTH).unwrap_or(usize::MAX);
        let row = hashes.get(within..within + (1 << above)).map(<[Digest]>::to_vec);
        Ok(row.and_then(fold).ok_or(wrong)?)
    }

    /// The hash of the leaves from `start` to before `end`, which are a subtree as RFC 6962 splits trees.
    fn range(&mut self, start: u64, end: u64) -> Result<Digest, S::Error> {
        let count = end - start;
        if count.is_power_of_two() {
            let height = u8::try_from(count.trailing_zeros()).unwrap_or(u8::MAX);
            return self.whole(height, start >> height);
        }
        let middle = start + split(count);
        let (left, right) = (self.range(start, middle)?, self.range(middle, end)?);
        Ok(node_hash(&left, &right))
    }

    /// The root of its first `size` leaves.
    ///
    /// # Errors
    /// [`LogError::Tile`] for a tile that is not as it must be.
    pub fn root(&mut self, size: u64) -> Result<Digest, S::Error> {
        if size == 0 { Ok(empty()) } else { self.range(0, size) }
    }

    /// The path from a leaf to the root (RFC 6962, section 2.1.1).
    ///
    /// # Errors
    /// [`LogError::Tile`] for a tile that is not as it must be, and if there is no such leaf.
    pub fn inclusion(&mut self, index: u64) -> Result<Vec<Digest>, S::Error> {
        let (mut start, mut end) = (0, self.size);
        if index >= end {
            return Err(LogError::Tile { level: 0, index: index / WIDTH }.into());
        }
        let mut path = Vec::new();
        while end - start > 1 {
            let middle = start + split(end - start);
            if index < middle {
                path.push(self.range(middle, end)?);
                end = middle;
            } else {
                path.push(self.range(start, middle)?);
                start = middle;
            }
        }
        path.reverse();
        Ok(path)
    }

    /// What shows that its first `old` leaves are how it begins (RFC 6962, section 2.1.2).
    ///
    /// # Errors
    /// [`LogError::Tile`] for a tile that is not as it must be, and [`LogError::NotConsistent`] if it is smaller.
    pub fn consistency(&mut self, old: u64) -> Result<Vec<Digest>, S::Error> {
        if old > self.size {
            return Err(LogError::NotConsistent { old, new: self.size }.into());
        }
        let (mut start, mut end) = (0, self.size);
        let mut path = Vec::new();
        while old != end && old > 0 {
            let middle = start + split(end - start);
            if old <= middle {
                path.push(self.range(middle, end)?);
                end = middle;
            } else {
                path.push(self.range(start, middle)?);
                start = middle;
            }
        }
        // The root of the old tree is known, unless it is only a part of it.
        if start > 0 {
            path.push(self.range(start, end)?);
        }
        path.reverse();
        Ok(path)
    }

    /// Reads every tile of hashes, and finds each to be that of the one above it.
    ///
    /// # Errors
    /// [`LogError::Tile`] for the first that is not.
    pub fn check(&mut self) -> Result<(), S::Error> {
        for level in 0..SPAN {
            let nodes = self.size >> (u32::from(level) * u32::from(SPAN));
            for index in 0..nodes.div_ceil(WIDTH) {
                self.hashes(level, index)?;
            }
        }
        Ok(())
    }

    /// Whether these bytes are a tile of it, or of it when it was smaller.
    ///
    /// # Errors
    /// As [`Tree::root`].
    pub fn has(&mut self, tile: Tile, bytes: &[u8]) -> Result<bool, S::Error> {
        let Some(whole) = Tile::of(tile.level, tile.index, self.size).filter(|whole| tile.width <= whole.width) else {
            return Ok(false);
        };
        let level = if tile.level == ENTRIES { 0 } else { whole.level };
        let hashes = match tile.level {
            ENTRIES => tile.entries(bytes).map(|entries| entries.into_iter().map(leaf_hash).collect()),
            _ => tile.hashes(bytes),
        };
        let there = self.hashes(level, tile.index)?;
        Ok(hashes.is_ok_and(|hashes| there.starts_with(&hashes)))
    }

    /// Where those of these leaves are, by their hashes, that are in it. The first counts.
    ///
    /// # Errors
    /// As [`Tree::root`].
    pub fn find(&mut self, wanted: &BTreeSet<Digest>) -> Result<BTreeMap<Digest, u64>, S::Error> {
        let mut found = BTreeMap::new();
        for index in 0..self.size.div_ceil(WIDTH) {
            for (number, hash) in (index * WIDTH..).zip(self.hashes(0, index)?) {
                if wanted.contains(hash) {
                    found.entry(*hash).or_insert(number);
                }
            }
        }
        Ok(found)
    }

    /// Goes through the leaves from `start` on to its end, each found to be that of the tree.
    ///
    /// # Errors
    /// [`LogError::Tile`] for a bundle that is not as it must be, and whatever `each` says.
    pub fn leaves(
        &mut self,
        start: u64,
        mut each: impl FnMut(u64, &[u8]) -> Result<(), S::Error>,
    ) -> Result<(), S::Error> {
        for index in start / WIDTH..self.size.div_ceil(WIDTH) {
            let tile = Tile::of(ENTRIES, index, self.size).ok_or(LogError::Tile { level: ENTRIES, index })?;
            let bytes = self.bundle_at(tile)?;
            for (number, entry) in (index * WIDTH..).zip(tile.entries(&bytes)?).filter(|(number, _)| *number >= start) {
                each(number, entry)?;
            }
        }
        Ok(())
    }

    /// The bytes of a bundle, the leaves in which are the tree's.
    fn bundle_at(&mut self, tile: Tile) -> Result<Vec<u8>, S::Error> {
        let bytes = self.source.tile(tile)?;
        let entries = tile.entries(&bytes)?;
        let is_its_own = entries.iter().map(|entry| leaf_hash(entry)).eq(self.hashes(0, tile.index)?.iter().copied());
        if is_its_own { Ok(bytes) } else { Err(tile.wrong().into()) }
    }

    /// The tree with these leaves at its end, and the tiles to write for it.
    ///
    /// # Errors
    /// [`LogError::Leaf`] if one is too long, [`LogError::Tile`] if the leaves that are there are not the tree's, and as
    /// [`Tree::root`].
    pub fn grow(mut self, leaves: &[Vec<u8>]) -> Result<(Self, Written), S::Error> {
        let (old, count) = (self.size, u64::try_from(leaves.len()).unwrap_or(u64::MAX));
        let size = old.checked_add(count).filter(|size| *size <= u64::MAX / 2).ok_or(LogError::Leaf)?;
        let mut files = self.bundles(leaves, size)?;
        let mut made = BTreeMap::new();
        let mut fresh: Vec<Digest> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
        let (mut level, mut start) = (0, old);
        while !fresh.is_empty() {
            let mut whole = Vec::new();
            let mut rest = fresh.into_iter().peekable();
            for index in start / WIDTH.. {
                if rest.peek().is_none() {
                    break;
                }
                let before = if start > index * WIDTH { self.hashes(level, index)?.to_vec() } else { Vec::new() };
                let room = usize::try_from(WIDTH).unwrap_or(usize::MAX).saturating_sub(before.len());
                let hashes: Vec<Digest> = before.into_iter().chain(rest.by_ref().take(room)).collect();
                let width = u64::try_from(hashes.len()).unwrap_or(u64::MAX);
                if width == WIDTH {
                    whole.extend(fold(hashes.clone()));
                }
                files.push((Tile { level, index, width }, hashes.iter().flat_map(|hash| hash.0).collect()));
                made.insert((level, index), hashes);
            }
            fresh = whole;
            (level, start) = (level + 1, start / WIDTH);
        }
        // What was there before as a part is no tile of the larger tree.
        self.tiles.retain(|(level, index), _| Tile::of(*level, *index, old) == Tile::of(*level, *index, size));
        self.tiles.extend(made);
        Ok((Self { size, ..self }, files))
    }

    /// The bundles of a tree that has grown by these leaves.
    fn bundles(&mut self, leaves: &[Vec<u8>], size: u64) -> Result<Written, S::Error> {
        let mut files = Vec::new();
        let mut rest = leaves.iter().map(Vec::as_slice).peekable();
        for index in self.size / WIDTH.. {
            let Some(tile) = Tile::of(ENTRIES, index, size).filter(|_| rest.peek().is_some()) else { break };
            let before = match Tile::of(ENTRIES, index, self.size) {
                Some(part) => {
                    let bytes = self.bundle_at(part)?;
                    bundle(part.entries(&bytes)?)?
                }
                None => Vec::new(),
            };
            let there = self.size.saturating_sub(index * WIDTH);
            let room = usize::try_from(tile.width.saturating_sub(there)).unwrap_or(usize::MAX);
            files.push((tile, [before, bundle(rest.by_ref().take(room))?].concat()));
        }
        Ok(files)
    }
}

/// The root of as many hashes as a power of two.
fn fold(mut row: Vec<Digest>) -> Option<Digest> {
    while row.len() > 1 {
        let pairs = row.chunks(2);
        row = pairs.filter_map(|pair| if let [one, next] = pair { Some(node_hash(one, next)) } else { None }).collect();
    }
    row.pop()
}

/// The largest power of two below a number that is above 1.
const fn split(count: u64) -> u64 {
    1 << (u64::BITS - 1 - (count - 1).leading_zeros())
}
