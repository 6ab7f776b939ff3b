//! What deny.toml asks of the crates that the library and the tool are built of, as far as cargo itself knows it, without a
//! network: licences, origins, duplicates. `make audit` asks cargo-deny for the rest: every platform, and known
//! vulnerabilities.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value as Json;

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

fn read(path: &str) -> toml::Table {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

/// The names in a list of deny.toml.
fn listed(table: &toml::Value, key: &str) -> BTreeSet<String> {
    table[key].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

/// All packages on this machine and on WebAssembly, by their ids, and those that the workspace is built of.
struct Graph {
    packages: BTreeMap<String, Json>,
    built_of: BTreeSet<String>,
    members: BTreeSet<String>,
}

impl Graph {
    fn new() -> Self {
        let rustc = Command::new("rustc").arg("-vV").output().unwrap().stdout;
        let host = String::from_utf8(rustc).unwrap();
        let host = host.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
        let asked = Command::new(cargo)
            .args(["metadata", "--format-version=1", "--locked", "--all-features"])
            .args(["--filter-platform", host, "--filter-platform", "wasm32-unknown-unknown"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
        let said: Json = serde_json::from_slice(&asked.stdout).unwrap();
        let id = |value: &Json| value.as_str().unwrap().to_owned();
        let list = |value: &Json| value.as_array().unwrap().clone();
        let packages = list(&said["packages"]).into_iter().map(|package| (id(&package["id"]), package)).collect();
        let nodes: BTreeMap<_, _> =
            list(&said["resolve"]["nodes"]).into_iter().map(|node| (id(&node["id"]), node)).collect();
        let members: BTreeSet<_> = list(&said["workspace_members"]).iter().map(id).collect();
        let (mut built_of, mut next) = (BTreeSet::new(), members.iter().cloned().collect::<Vec<_>>());
        while let Some(package) = next.pop() {
            let built = |kinds: &Json| list(kinds).iter().any(|kind| kind["kind"] != "dev");
            let uses = list(&nodes[&package]["deps"]);
            if built_of.insert(package) {
                next.extend(uses.iter().filter(|used| built(&used["dep_kinds"])).map(|used| id(&used["pkg"])));
            }
        }
        Self { packages, built_of, members }
    }

    /// Name and version of a package, and it.
    fn described(&self, id: &str) -> (String, &Json) {
        let package = &self.packages[id];
        (format!("{}@{}", package["name"].as_str().unwrap(), package["version"].as_str().unwrap()), package)
    }
}

#[test]
fn every_crate_has_a_licence_that_is_allowed_and_none_is_allowed_for_nothing() {
    let graph = Graph::new();
    let allowed = listed(&read("deny.toml")["licenses"], "allow");
    let mut needed = BTreeSet::new();
    for id in graph.built_of.difference(&graph.members) {
        let (name, package) = graph.described(id);
        let licence = package["license"].as_str().unwrap_or_else(|| panic!("{name} names no licence"));
        let parsed = spdx::Expression::parse_mode(licence, spdx::ParseMode::LAX).unwrap();
        let of = |asked: &spdx::LicenseReq| asked.license.id().map(|id| id.name.to_owned()).unwrap_or_default();
        let allows = |asked: &spdx::LicenseReq| asked.addition.is_none() && allowed.contains(&of(asked));
        assert!(parsed.evaluate(allows), "{name} is under {licence}");
        needed.extend(parsed.requirements().map(|asked| of(&asked.req)));
    }
    assert!(graph.built_of.len() > 100, "{}", graph.built_of.len());
    assert_eq!(allowed.difference(&needed).collect::<Vec<_>>(), Vec::<&String>::new(), "allowed, and nobody has it");
}

#[test]
fn every_crate_comes_from_the_registry_and_names_a_version() {
    let locks = ["Cargo.lock", "tests/fuzz/Cargo.lock"];
    for package in locks.iter().flat_map(|lock| read(lock)["package"].as_array().unwrap().clone()) {
        let own = package["name"].as_str().unwrap().starts_with("healthcode");
        let source = package.get("source").map(|source| source.as_str().unwrap());
        assert!(source == Some(CRATES_IO) || own && source.is_none(), "{package}");
        assert!(own || package.get("checksum").is_some(), "{package}");
    }
    let graph = Graph::new();
    for id in &graph.members {
        let (name, package) = graph.described(id);
        for uses in package["dependencies"].as_array().unwrap() {
            assert!(uses["req"] != "*" || !uses["path"].is_null(), "{name} takes any version of {}", uses["name"]);
        }
    }
}

#[test]
fn no_crate_is_built_in_two_versions_but_those_that_have_a_reason() {
    let graph = Graph::new();
    let deny = read("deny.toml");
    let skipped: Vec<_> = deny["bans"]["skip"].as_array().unwrap().iter().map(|skip| &skip["crate"]).collect();
    let mut versions = BTreeMap::<_, BTreeSet<_>>::new();
    for id in &graph.built_of {
        let (described, package) = graph.described(id);
        let skip = |skip: &&toml::Value| described.starts_with(skip.as_str().unwrap());
        if !skipped.iter().any(skip) {
            versions.entry(package["name"].as_str().unwrap()).or_default().insert(described);
        }
    }
    let twice: Vec<_> = versions.values().filter(|versions| versions.len() > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}
