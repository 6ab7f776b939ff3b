//! What the README tells a health authority to run does run, as it stands there.

use std::path::Path;
use std::process::Command;

use crate::tool::{Desk, TOOL};

#[test]
fn the_commands_for_a_health_authority_run() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(project.join("README.md")).unwrap();
    let section = readme.split("**Health authority.**").nth(1).unwrap();
    let commands = section.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let desk = Desk::new("readme");
    std::os::unix::fs::symlink(project.join("rules"), desk.path("rules")).unwrap();
    let path = format!("{}:{}", Path::new(TOOL).parent().unwrap().display(), std::env::var("PATH").unwrap());
    let run = Command::new("sh").args(["-ec", commands]).current_dir(desk.path("")).env("PATH", path).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(said.contains("By the rule: red for 7 days") && said.contains("kind       rule-pack"), "{said}");
    assert_eq!(commands.matches("healthcode ").count(), 10, "all of them");
}

#[test]
fn the_whole_way_from_keys_to_phones_runs() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(project.join("docs/authority.md")).unwrap();
    let commands: Vec<&str> = page.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let desk = Desk::new("authority-page");
    std::os::unix::fs::symlink(project.join("rules"), desk.path("rules")).unwrap();
    let path = format!("{}:{}", Path::new(TOOL).parent().unwrap().display(), std::env::var("PATH").unwrap());
    let commands = commands.concat();
    let run =
        Command::new("sh").args(["-ec", &commands]).current_dir(desk.path("")).env("PATH", path).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(said.contains("verdict    accepted") && said.contains("rule-pack hangzhou version 1"), "{said}");
    // The root that came is one of those by which the last list is looked at, and the first list leads to it.
    assert_eq!(said.matches("(root that this list names): good").count(), 1, "{said}");
    assert_eq!(said.matches("verdict    accepted").count(), 4, "{said}");
    assert_eq!(desk.read("site/trust-list"), desk.read("site/trust/3"));
    assert!(
        ["screen/2020-02-10-0945.svg", "sheet/2020-02-10.svg", "exposures.cose"]
            .iter()
            .all(|file| desk.path(file).exists())
    );
    assert!(desk.path("site/trust/1").exists() && desk.path("site/trust/2").exists());
    // Of all that a list or a run could be warned of, only what the page says.
    let warned = String::from_utf8_lossy(&run.stderr);
    let warned: Vec<_> = warned.lines().filter_map(|line| line.strip_prefix("warning: ")).collect();
    let expected = |line: &&&str| line.starts_with("--issued says ") || **line == "nobody may sign these kinds: record";
    assert_eq!(warned.iter().filter(|line| !expected(line)).count(), 0, "{warned:?}");
}
