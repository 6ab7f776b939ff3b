//! The deltas to the risk tables that are published, from each of the versions before them that are kept for that.

use healthcode::limits::DELTAS as MOST;
use healthcode::risk::Delta;
use healthcode::trust::{Kind, Named};

use super::folder::Folder;
use crate::failure::Failure;
use crate::publication::{DELTAS, Placed, Public};

/// Keeps the tables that were published until now, and makes the deltas from them to those that will be: gives these, and has
/// the manifest name from which version on there are any.
pub(super) fn deltas(
    folder: &Folder<'_>,
    before: &[Public],
    public: &[Public],
    named: &mut [Named],
) -> Result<Vec<Placed>, Failure> {
    for table in before.iter().filter(|file| file.named.kind == Kind::RiskTable) {
        folder.keep_table(table)?;
    }
    let mut kept = folder.kept_tables();
    kept.sort_by_key(|table| std::cmp::Reverse(table.named.version));
    let mut made = Vec::new();
    for table in public.iter().filter(|file| file.named.kind == Kind::RiskTable) {
        let older = |old: &&Public| old.is_beside(table) && old.named.version < table.named.version;
        let mut since = None;
        for old in kept.iter().filter(older).take(MOST) {
            let path = format!("{DELTAS}/{}/{}", table.named.digest, old.named.version);
            // Between the same two tables there is one delta, and what is there is whole.
            if folder.at(&path).is_file() {
                since = Some(old.named.version);
                continue;
            }
            let bytes = Delta::between(&old.bytes, &table.bytes)?.to_bytes();
            // Whoever asks for one that is not there gets the whole file.
            if bytes.len() < table.bytes.len() {
                made.push(Placed { path, bytes });
                since = Some(old.named.version);
            }
        }
        if let Some(named) = named.iter_mut().find(|named| **named == table.named) {
            named.deltas = since;
        }
    }
    // As many as deltas are made from, of each line.
    let mut lines: Vec<(&Public, usize)> = Vec::new();
    for table in &kept {
        match lines.iter_mut().find(|(newest, _)| newest.is_beside(table)) {
            Some((_, count)) if *count > MOST => folder.drop_table(table),
            Some((_, count)) => *count += 1,
            None => lines.push((table, 1)),
        }
    }
    Ok(made)
}
