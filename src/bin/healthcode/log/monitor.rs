//! `log audit` and `log monitor`: reading all of a log, and following it.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use healthcode::calendar::Offset;
use healthcode::limits::NOTE_BYTES;
use healthcode::log::tiles::{Tile, Tree};
use healthcode::log::{LogError, SignedNote, TreeHead};

use super::Now;
use super::files::TILES;
use super::place::Place;
use super::said::{Caps, Reader};
use crate::exit::Exit;
use crate::failure::{CliError, Failure, InFile, LogFault};
use crate::files;
use crate::issuer::officers;
use crate::output::{answer, answer_lines};
use crate::terminal::say;

/// Which log, and what its checkpoint takes.
#[derive(Args)]
struct Watched {
    /// The log: its folder, or its address
    log: String,
    /// The policy that its checkpoint has to meet [default: the file `policy` in the log's folder]
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Who may sign what is above a cap: `[[officers]]` with name, key and authority, as an issuer's settings have them
    #[arg(long, value_name = "FILE.toml")]
    officers: Option<PathBuf>,
    /// How many may be restricted on a ground in a county in a day without a further authority, where the rules do not say
    #[arg(long, value_name = "NUMBER")]
    cap: Option<u32>,
    #[command(flatten)]
    now: Now,
}

impl Watched {
    /// What caps are held against.
    fn caps(&self) -> Result<Caps, Failure> {
        let officers = self.officers.as_deref().map(officers).transpose()?.unwrap_or_default();
        Ok(Caps { officers, cap: self.cap })
    }

    /// The checkpoint that is shown now, which meets the policy.
    fn checkpoint(&self, place: &Place) -> Result<(SignedNote, TreeHead), Failure> {
        let note = place.checkpoint()?;
        let (head, _) = place.policy(self.policy.as_deref())?.check(&note, self.now.time())?;
        Ok((note, head))
    }
}

/// Read all of a log anew: every hash, every entry, every file
///
/// Prints each entry. Whether the log has grown only, and shows the same to everybody, takes a look now and then: `log monitor`.
#[derive(Args)]
pub(crate) struct Audit {
    #[command(flatten)]
    watched: Watched,
}

impl Audit {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let place = Place::of(&self.watched.log);
        let (_, head) = self.watched.checkpoint(&place)?;
        let mut tree = Tree::new(&place, head.size);
        match tree.root(head.size)? {
            root if root == head.root => {}
            _ => return Err(LogError::Tile { level: 0, index: 0 }.into()),
        }
        tree.check()?;
        if let Place::Folder(folder) = &place {
            no_other_tiles(folder, &mut tree)?;
        }
        read(&place, &mut tree, &self.watched, 0, &head)
    }
}

/// Follow a log: what is new in it, and whether it still begins as it did
///
/// Keeps the last checkpoint in a file. If the log shows another tree than before, both checkpoints are written beside it: each is
/// signed by the log, and together they are the evidence.
#[derive(Args)]
pub(crate) struct Monitor {
    #[command(flatten)]
    watched: Watched,
    /// The file that keeps what was seen last; there is none at the first time
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
}

impl Monitor {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let place = Place::of(&self.watched.log);
        let before = if self.state.exists() { Some(self.before(&place)?) } else { None };
        let (note, head) = self.watched.checkpoint(&place)?;
        let from = match &before {
            None => 0,
            Some((seen_note, seen)) => {
                self.compare(&place, (seen_note, seen), (&note, &head))?;
                seen.size
            }
        };
        let mut tree = Tree::new(&place, head.size);
        if tree.root(head.size)? != head.root {
            return Err(LogError::Tile { level: 0, index: 0 }.into());
        }
        let read = read(&place, &mut tree, &self.watched, from, &head);
        // What is wrong with an entry is said once; `log audit` says it again.
        if read.as_ref().err().is_none_or(|failure| failure.first().0 == "cli-log-entry") {
            files::write(&self.state, note.to_string().as_bytes())?;
        }
        read
    }

    fn before(&self, place: &Place) -> Result<(SignedNote, TreeHead), Failure> {
        let text = files::read_within(&self.state, NOTE_BYTES)?;
        let text = String::from_utf8(text).map_err(|_| CliError::NotText).in_file(&self.state)?;
        let note = SignedNote::parse(&text).in_file(&self.state)?;
        let head = TreeHead::of(&note).in_file(&self.state)?;
        // Of another log, that is said; of this one, what it has not signed accuses nobody.
        let policy = place.policy(self.watched.policy.as_deref())?;
        let mut keys = policy.logs.iter().filter(|log| log.key.name() == head.origin).peekable();
        if keys.peek().is_some() && !keys.any(|log| note.signed_by(&log.key) == Ok(Some(0))) {
            return Err(LogFault::StateUnsigned).in_file(&self.state);
        }
        Ok((note, head))
    }

    /// Whether what is shown now begins with what was seen, or at least is how that began.
    fn compare(
        &self,
        place: &Place,
        (seen_note, seen): (&SignedNote, &TreeHead),
        (note, head): (&SignedNote, &TreeHead),
    ) -> Result<(), Failure> {
        let split = || {
            let mut name = self.state.clone().into_os_string();
            name.push(".split");
            let evidence = PathBuf::from(name);
            files::write(&evidence, format!("{seen_note}\n\n{note}").as_bytes())?;
            answer_lines(&format!("{seen_note}\n{note}"))?;
            Err(LogFault::SplitView { evidence: evidence.display().to_string() }.into())
        };
        if head.origin != seen.origin {
            return Err(LogFault::OtherLog { origin: seen.origin.clone() }).in_file(&self.state);
        }
        if head.size == seen.size && head.root != seen.root {
            return split();
        }
        // The larger tree has both roots in it, if its tiles are those that were signed.
        let (larger, smaller) = if head.size < seen.size { (seen, head) } else { (head, seen) };
        let mut tree = Tree::new(place, larger.size);
        let root = tree.root(larger.size);
        if head.size >= seen.size {
            // Whoever shows a checkpoint has to have its tiles.
            if root? != larger.root {
                return Err(LogError::Tile { level: 0, index: 0 }.into());
            }
            return if tree.root(smaller.size)? == smaller.root { Ok(()) } else { split() };
        }
        // A copy that is behind may have the tiles no more.
        match (root, tree.root(smaller.size)) {
            (Ok(root), Ok(part)) if root == larger.root && part != smaller.root => split(),
            _ => Err(LogFault::Older { size: head.size, seen: seen.size }.into()),
        }
    }
}

/// Says what the entries from one on are, and what is wrong with any.
fn read(
    place: &Place,
    tree: &mut Tree<&Place>,
    watched: &Watched,
    from: u64,
    head: &TreeHead,
) -> Result<Exit, Failure> {
    let caps = watched.caps()?;
    let mut reader = Reader::new(place, &caps, from, watched.now.time().date(Offset::CHINA));
    tree.leaves(0, |index, leaf| {
        // What was there before says who is called what, and which versions there were.
        let said = reader.read(index, leaf)?;
        if index < from { Ok(()) } else { answer_lines(&said) }
    })?;
    reader.caps()?;
    for ((place, ground), count) in reader.restricted.iter().filter(|_| reader.days > 0) {
        answer(format_args!("restricted since the beginning: {count} in {place} on {ground}"))?;
    }
    for (first, last) in reader.gaps().into_iter().filter(|_| reader.days > 0) {
        answer(format_args!("no restrictions were logged of {first} to {last}, not even that there were none"))?;
    }
    let (size, new, days) = (head.size, head.size.saturating_sub(from), reader.days);
    say(format_args!("{}: entries {size}, new {new}; days of restrictions {days}", head.origin));
    if reader.faults.is_empty() { Ok(Exit::Yes) } else { Err(Failure::several(reader.faults)) }
}

/// Whatever else lies among the tiles is part of the tree: of an earlier checkpoint, which somebody may still read.
fn no_other_tiles(folder: &Path, tree: &mut Tree<&Place>) -> Result<(), Failure> {
    let mut folders = vec![folder.join(TILES)];
    let mut lost = 0usize;
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let tile = path.strip_prefix(folder).ok().and_then(Path::to_str).and_then(Tile::parse);
            let bytes = files::read_within(&path, 1 << 25)?;
            let is_part = match tile {
                Some(tile) => tree.has(tile, &bytes)?,
                None => false,
            };
            if !is_part {
                say(format_args!("warning: {} is no part of the tree", path.display()));
                lost += 1;
            }
        }
    }
    if lost > 0 {
        let files = if lost == 1 { "1 file is".to_owned() } else { format!("{lost} files are") };
        say(format_args!("warning: {files} left of a run that was killed, or of somebody else"));
    }
    Ok(())
}
