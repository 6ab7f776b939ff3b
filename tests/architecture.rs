//! Which room of the sources may use which, as ARCHITECTURE.md says, and that no two use each other.
//!
//! A room is a file or a folder directly below `src`. What a room uses is read from its `use` lines and from the paths that
//! it writes out; its unit tests may use anything.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Room by room, what it uses.
type Uses = BTreeMap<String, BTreeSet<String>>;

#[test]
fn the_library_is_built_as_architecture_md_says() {
    hold("library", &root().join("src"), &["bin", "lib"]);
}

#[test]
fn the_tool_is_built_as_architecture_md_says() {
    hold("tool", &root().join("src/bin/healthcode"), &["main"]);
}

fn hold(name: &str, folder: &Path, apart: &[&str]) {
    let found = read(folder, apart);
    println!("Who uses whom in the {name}, from the bottom up:\n\n{}", drawn(&found));
    let said = table(name);
    let rooms: Vec<&String> = said.iter().map(|(room, _)| room).collect();
    assert_eq!(rooms.iter().collect::<BTreeSet<_>>(), found.keys().collect::<Vec<_>>().iter().collect(), "the rooms");
    for (index, (room, uses)) in said.iter().enumerate() {
        let (says, does) = (uses, &found[room]);
        let unsaid: Vec<_> = does.difference(says).collect();
        let undone: Vec<_> = says.difference(does).collect();
        assert!(unsaid.is_empty(), "{room} uses {unsaid:?}, of which ARCHITECTURE.md says nothing");
        assert!(undone.is_empty(), "{room} does not use {undone:?}, as ARCHITECTURE.md says that it does");
        let above: Vec<_> = uses.iter().filter(|used| !rooms[..index].contains(used)).collect();
        assert!(above.is_empty(), "{room} uses {above:?}, which come after it in the list: that would be a circle");
    }
    println!("There is no circle.\n");
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// What ARCHITECTURE.md allows: in the block ```` ```rooms NAME ```` a line for each room, `room: used, used`, from the
/// bottom up.
fn table(name: &str) -> Vec<(String, BTreeSet<String>)> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let block = text.split_once(&format!("```rooms {name}\n")).unwrap().1.split_once("```").unwrap().0;
    let line = |line: &str| {
        let (room, used) = line.split_once(':').unwrap();
        let used = used.split(',').map(|room| room.trim().to_owned()).filter(|room| !room.is_empty());
        (room.trim().to_owned(), used.collect())
    };
    block.lines().map(line).collect()
}

fn drawn(uses: &Uses) -> String {
    let mut text = String::new();
    let mut left: Vec<_> = uses.iter().collect();
    let mut done = BTreeSet::new();
    while !left.is_empty() {
        let (next, rest): (Vec<_>, Vec<_>) = left.into_iter().partition(|(_, uses)| uses.is_subset(&done));
        assert!(
            !next.is_empty(),
            "these use each other in a circle: {:#?}",
            rest.into_iter().collect::<BTreeMap<_, _>>()
        );
        for (room, uses) in next {
            let uses: Vec<_> = uses.iter().map(String::as_str).collect();
            text.push_str(format!("{room:>12} <- {}", uses.join(", ")).trim_end());
            text.push('\n');
            done.insert(room.clone());
        }
        left = rest;
    }
    text
}

/// What each room below `folder` uses.
fn read(folder: &Path, apart: &[&str]) -> Uses {
    let mut files = Vec::new();
    gather(folder, &mut files);
    let parts = |file: &PathBuf| -> Vec<String> {
        let inside = file.strip_prefix(folder).unwrap().with_extension("");
        inside.iter().map(|part| part.to_str().unwrap().to_owned()).filter(|part| part != "mod").collect()
    };
    let rooms: BTreeSet<String> = files.iter().map(|file| parts(file)[0].clone()).collect();
    let rooms: BTreeSet<String> = rooms.into_iter().filter(|room| !apart.contains(&room.as_str())).collect();
    let mut uses: Uses = rooms.iter().map(|room| (room.clone(), BTreeSet::new())).collect();
    for file in &files {
        let parts = parts(file);
        let Some(of_room) = uses.get_mut(&parts[0]) else { continue };
        let text = fs::read_to_string(file).unwrap();
        let used = paths(&text).into_iter().filter_map(|path| rooms.get(&absolute(&parts, &path)?).cloned());
        of_room.extend(used.filter(|used| *used != parts[0]));
    }
    uses
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The room that a path leads to from the module `module`.
fn absolute(module: &[String], path: &[String]) -> Option<String> {
    let (first, rest) = path.split_first()?;
    if first == "crate" {
        return rest.first().cloned();
    }
    let up = path.iter().take_while(|part| *part == "super").count();
    let whole: Vec<_> = module[..module.len().checked_sub(up)?].iter().chain(&path[up..]).collect();
    whole.first().map(|room| (*room).clone())
}

/// Every path that begins with `crate` or `super`, outside comments, texts and unit tests; of lists in braces each.
fn paths(text: &str) -> Vec<Vec<String>> {
    let text = text.split("\nmod tests {").next().unwrap();
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        if matches!(tokens[index].as_str(), "crate" | "super") && (index == 0 || tokens[index - 1] != "::") {
            index = tree(&tokens, index, &[], &mut found);
        } else {
            index += 1;
        }
    }
    found
}

/// Reads a path from `index` on and what it branches into, and says where it ends.
fn tree(tokens: &[String], mut index: usize, before: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut path = before.to_vec();
    loop {
        match tokens.get(index).map(String::as_str) {
            Some("{") => {
                index += 1;
                while tokens.get(index).is_some_and(|token| token != "}") {
                    index = tree(tokens, index, &path, found);
                    // What follows is the next branch, or a name for this one.
                    while tokens.get(index).is_some_and(|token| token != "," && token != "}") {
                        index += 1;
                    }
                    index += usize::from(tokens.get(index).is_some_and(|token| token == ","));
                }
                return index + 1;
            }
            Some(name) if name.chars().all(|c| c.is_alphanumeric() || c == '_') => path.push(name.to_owned()),
            _ => break,
        }
        index += 1;
        if tokens.get(index).is_none_or(|token| token != "::") {
            break;
        }
        index += 1;
    }
    found.push(path);
    index
}

/// Words, `::` and single signs; what stands in comments and texts is left out.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(raw) = rest.strip_prefix("r#\"") {
            raw.find("\"#").unwrap_or(raw.len()) + 5
        } else if c == '"' {
            let mut escaped = false;
            let end = rest.char_indices().skip(1).find(|(_, c)| {
                let ends = *c == '"' && !escaped;
                escaped = *c == '\\' && !escaped;
                ends
            });
            end.map_or(rest.len(), |(index, _)| index + 1)
        } else if rest.starts_with("'\"'") || rest.starts_with("'{'") || rest.starts_with("'}'") {
            3
        } else if rest.starts_with("::") {
            tokens.push("::".to_owned());
            2
        } else if c.is_alphanumeric() || c == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            tokens.push(rest[..end].to_owned());
            end
        } else {
            if !c.is_whitespace() {
                tokens.push(c.to_string());
            }
            c.len_utf8()
        };
        rest = &rest[length.min(rest.len())..];
    }
    tokens
}

#[test]
fn every_place_that_architecture_md_names_is_there() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let prose: String = text.split("```").step_by(2).collect();
    let (mut named, mut gone) = (0, Vec::new());
    for section in format!("\n{prose}").split("\n#").skip(1) {
        let (heading, text) = section.split_once('\n').unwrap();
        let (rows, lines): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with('|'));
        for part in rows.into_iter().map(str::to_owned).chain([lines.join("\n")]) {
            let names: Vec<&str> =
                heading.split('`').skip(1).step_by(2).chain(part.split('`').skip(1).step_by(2)).collect();
            let room =
                part.strip_prefix("| `").and_then(|row| row.split_once('`')).map(|(room, _)| format!("src/{room}/"));
            let room = room.filter(|room| root().join(room).is_dir());
            let paths: Vec<&str> = names.into_iter().chain(room.as_deref()).filter_map(path).collect();
            named += paths.len();
            gone.extend(not_found(paths).into_iter().map(str::to_owned));
        }
    }
    assert!(named > 150, "only {named}");
    assert!(gone.is_empty(), "ARCHITECTURE.md names what is not there: {gone:?}");
}

/// The file or folder that a text in backticks names. `HOST` and `ID` stand for any name, `*` for any part of one: then it
/// is the folder.
fn path(name: &str) -> Option<&str> {
    let kinds = [".css", ".json", ".md", ".mjs", ".rs", ".sh", ".toml", ".ts", ".xml", "/"];
    let is_path = kinds.iter().any(|kind| name.ends_with(kind)) && !name.contains([' ', '“']);
    let known = ["HOST", "ID/", "*"].iter().filter_map(|any| name.find(any)).min().map_or(name, |at| &name[..at]);
    Some(&known[..known.rfind('/').filter(|_| known != name).map_or(known.len(), |at| at + 1)]).filter(|_| is_path)
}

/// Those of these paths that do not exist, neither by themselves nor below a folder of another, which is how a short one
/// is meant. What a build makes, as `.gitignore` says, is not there before it.
fn not_found(mut names: Vec<&str>) -> Vec<&str> {
    let built = fs::read_to_string(root().join(".gitignore")).unwrap();
    names.retain(|name| !built.lines().any(|line| line.strip_prefix('/') == Some(name)));
    let mut folders = vec![root()];
    loop {
        let before = names.len();
        names.retain(|name| {
            let found = folders.iter().map(|folder| folder.join(name)).find(|path| path.exists());
            let inside = found.iter().flat_map(|path| path.ancestors()).take_while(|folder| *folder != root());
            folders.extend(inside.filter(|folder| folder.is_dir()).map(Path::to_path_buf).collect::<Vec<_>>());
            found.is_none()
        });
        if names.len() == before {
            return names.into_iter().filter(|name| !name.is_empty()).collect();
        }
    }
}

#[test]
fn the_rooms_are_described_in_the_order_in_which_they_use_each_other() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let rows = text.split_once("| room | what is in it |\n").unwrap().1.split_once("\n\n").unwrap().0;
    let described: Vec<_> = rows.lines().skip(1).map(|row| row.split('`').nth(1).unwrap().to_owned()).collect();
    assert_eq!(described, table("library").into_iter().map(|(room, _)| room).collect::<Vec<_>>());
}

#[test]
fn both_readmes_say_the_same_of_what_leaves_the_phone() {
    let table = |path: &str, heading: &str| {
        let text = fs::read_to_string(root().join(path)).unwrap();
        let section = text.split_once(&format!("\n## {heading}\n")).unwrap().1.to_owned();
        let rows = section.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
        rows.map(str::to_owned).collect::<Vec<_>>()
    };
    let said = table("README.md", "What leaves the phone");
    assert!(said.len() > 5, "{said:?}");
    assert_eq!(said, table("pkg-template/published/README.md", "Privacy"));
}

#[test]
fn paths_are_found_where_they_are_used_and_only_there() {
    let text = r#"
        use super::{a::{b, c as n}, d};
        use std::fmt;
        // use crate::comment;
        fn f() -> crate::g::H { $crate::k::l("crate::text", '"', crate::m) }
        mod tests { use crate::tests; }
    "#;
    let found: Vec<_> = paths(&text.replace("\n        ", "\n")).iter().map(|path| path.join("::")).collect();
    assert_eq!(found, ["super::a::b", "super::a::c", "super::d", "crate::g::H", "crate::k::l", "crate::m"]);
    let rooms = ["super::a", "super::super::b", "crate::c::d", "super::super::super::e"].map(|path| {
        absolute(&["x".to_owned(), "y".to_owned()], &path.split("::").map(str::to_owned).collect::<Vec<_>>())
    });
    assert_eq!(rooms.map(|room| room.unwrap_or_default()), ["x", "b", "c", ""]);
}
