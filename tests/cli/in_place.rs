//! What is in the place of a file that is to be written: whatever it does not take the place of stays.

use std::fs;
#[cfg(unix)]
use std::{os::unix::fs::symlink, process::Command};

use healthcode::trust::Digest;

use crate::publish::{arguments, authority, new_phone, refresh, table};
use crate::tool::Desk;

const ALL: &str = "trust.cbor pack.cbor risk.cbor";

#[test]
fn a_signed_file_gives_way_only_to_one_of_its_kind_or_to_its_own_signatures() {
    let (desk, root) = authority("in-place-kinds");
    desk.ok(&arguments(&root, ALL));
    let before = desk.read("site/manifest");
    let said = desk.fails(2, "cli-overwrite", "countersign pack-1.cbor --key rules-2.key --out site/manifest");
    assert!(
        said.contains(
            "site/manifest: a manifest is there, and this rule-pack is not another version or signature of it"
        )
    );
    assert!(said.contains("hint: choose another name with --out"), "{said}");
    let build = "trust build list.toml --key root.key --version 2 --valid 30d --issued 2020-02-11 --out";
    desk.fails(2, "cli-overwrite", &format!("{build} site/manifest"));
    desk.fails(2, "cli-overwrite", &format!("{build} pack.cbor"));
    assert!(desk.read("site/manifest") == before);
    // A new version may be built over the one before, but no signature is added to another file.
    desk.ok(&format!("{build} next.cbor"));
    desk.ok(&format!("{build} next.cbor"));
    let next = desk.read("next.cbor");
    desk.fails(2, "cli-overwrite", "countersign trust.cbor --key root.key --out next.cbor");
    desk.ok("countersign next.cbor --key root.key --out next.cbor");
    assert!(desk.read("next.cbor") == next);
    desk.write("empty.cbor", "");
    desk.ok("countersign next.cbor --key root.key --out empty.cbor");
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link_that_leads_nowhere() {
    let (desk, _) = authority("in-place-dangling");
    symlink("elsewhere", desk.path("out.cbor")).unwrap();
    let countersign = "countersign pack-1.cbor --key rules-2.key --out out.cbor";
    let said = desk.fails(2, "cli-overwrite", countersign);
    assert!(said.contains("out.cbor: this is a link to a file that is not there"), "{said}");
    assert!(!desk.path("elsewhere").exists());
    desk.write("elsewhere", "");
    desk.ok(countersign);
    assert!(desk.path("out.cbor").is_symlink());
}

/// What phones may have seen under a version is not exchanged without a word.
#[test]
fn a_trust_list_takes_nobody_elses_place() {
    let (desk, root) = authority("in-place-lists");
    desk.ok(&arguments(&root, ALL));
    let before = desk.read("site/manifest");
    desk.ok("trust build list.toml --key root.key --version 2 --valid 30d --issued 2020-02-11 --out next.cbor");
    desk.ok("trust build list.toml --key root.key --version 2 --valid 29d --issued 2020-02-11 --out other.cbor");
    let publish = arguments(&root, "next.cbor pack.cbor risk.cbor");
    for there in [b"precious\n".to_vec(), desk.read("other.cbor"), desk.read("trust.cbor")] {
        desk.write("site/trust/2", &there);
        let said = desk.fails(2, "cli-trust-list-in-place", &publish);
        assert!(said.contains("site/trust/2: something else than trust list 2 is there"), "{said}");
        assert!(desk.read("site/trust/2") == there && desk.read("site/manifest") == before);
    }
    desk.write("site/trust/1", "precious\n");
    desk.fails(2, "cli-trust-list-in-place", &arguments(&root, ALL));
    desk.write("site/trust/1", desk.read("trust.cbor"));
    // The same list with other signatures is left of a run that was killed.
    desk.key("another.key");
    desk.ok("countersign next.cbor --key another.key --out more.cbor");
    desk.write("site/trust/2", desk.read("more.cbor"));
    desk.ok(&publish);
    assert!(desk.read("site/trust/2") == desk.read("next.cbor"));
}

/// A pipe in the place of a file kept the publisher waiting for ever.
#[cfg(unix)]
#[test]
fn what_the_folder_holds_are_files_of_its_own() {
    let (desk, root) = authority("in-place-pipes");
    desk.ok(&arguments(&root, ALL));
    table(&desk, 8);
    let publish = arguments(&root, "pack.cbor risk-8.cbor");
    for name in ["manifest", "trust-list", "trust/1", ".publish/seen", ".publish/lock"] {
        let path = desk.path(&format!("site/{name}"));
        let kept = fs::read(&path).unwrap();
        desk.write("elsewhere", &kept);
        let replaced: [&dyn Fn(); 4] = [
            &|| assert!(Command::new("mkfifo").arg(&path).status().unwrap().success()),
            &|| fs::create_dir(&path).unwrap(),
            &|| symlink("/dev/zero", &path).unwrap(),
            &|| symlink(desk.path("elsewhere"), &path).unwrap(),
        ];
        for replace in replaced {
            fs::remove_file(&path).unwrap();
            replace();
            let said = desk.fails(2, "cli-not-a-file", &publish);
            assert!(said.contains(&format!("site/{name}: this is no file of its own")), "{said}");
            assert!(desk.read("elsewhere") == kept);
            fs::remove_file(&path).or_else(|_| fs::remove_dir(&path)).unwrap();
            fs::write(&path, &kept).unwrap();
        }
    }
    // A published file that has become a link or a pipe is put back.
    let name = format!("site/files/{}", Digest::of(&desk.read("pack.cbor")));
    fs::rename(desk.path(&name), desk.path("elsewhere")).unwrap();
    symlink(desk.path("elsewhere"), desk.path(&name)).unwrap();
    desk.ok(&publish);
    assert!(!desk.path(&name).is_symlink() && desk.read(&name) == desk.read("elsewhere"));
    fs::remove_file(desk.path(&name)).unwrap();
    assert!(Command::new("mkfifo").arg(desk.path(&name)).status().unwrap().success());
    desk.ok(&publish.replace("--issued 2020-02-12T08:00", "--issued 2020-02-12T08:30"));
    refresh(&desk, &mut new_phone(&root));
}

/// Files that are given may come from a pipe, as from `<(…)`.
#[cfg(unix)]
#[test]
fn what_is_given_may_come_from_a_pipe() {
    let (desk, root) = authority("in-place-given");
    assert!(Command::new("mkfifo").arg(desk.path("pipe")).status().unwrap().success());
    let (pipe, pack) = (desk.path("pipe"), desk.read("pack.cbor"));
    let writer = std::thread::spawn(move || fs::write(pipe, pack).unwrap());
    desk.ok(&arguments(&root, "trust.cbor pipe risk.cbor"));
    writer.join().unwrap();
    refresh(&desk, &mut new_phone(&root));
}

/// No number of threads is more than the machine can give.
#[test]
fn many_threads_are_no_more_than_help() {
    let desk = Desk::new("threads");
    let pack = crate::tool::rules("packs/hangzhou/pack.toml");
    let trial = format!("rules simulate --pack {pack} --against {pack} --now 2020-02-12 --threads 100000");
    let run = desk.run(&format!("{trial} --generate 600"));
    assert_eq!(run.exit, 0, "{}", run.err);
    assert!(run.err.contains(" on 2 threads\n"), "600 people are two portions: {}", run.err);
    let people = desk.ok(&format!("rules people --pack {pack} --count 600 --now 2020-02-12"));
    let run = desk.feed(&format!("{trial} --people -"), people.as_bytes());
    assert_eq!(run.exit, 0, "{}", run.err);
    assert!(run.err.contains("600 people in "), "{}", run.err);
}
