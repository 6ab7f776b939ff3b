//! Runs the tool in a directory of its own.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The built tool.
pub(crate) const TOOL: &str = env!("CARGO_BIN_EXE_healthcode");

/// A directory for one test, empty at its beginning.
pub(crate) struct Desk(PathBuf);

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) exit: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Desk {
    pub(crate) fn new(test: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(test);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// Runs the tool with arguments that are separated by spaces.
    pub(crate) fn run(&self, arguments: &str) -> Run {
        self.feed(arguments, b"")
    }

    /// Runs the tool, which must succeed, and gives what it answers.
    pub(crate) fn ok(&self, arguments: &str) -> String {
        let run = self.run(arguments);
        assert_eq!(run.exit, 0, "{arguments}: {}", run.err);
        run.out
    }

    /// Runs the tool, which must fail with this exit code and this error code.
    pub(crate) fn fails(&self, exit: i32, code: &str, arguments: &str) -> String {
        let run = self.run(arguments);
        assert_eq!(run.exit, exit, "{arguments}: {}{}", run.out, run.err);
        assert!(run.err.contains(&format!("error[{code}]: ")), "{arguments}: {}", run.err);
        run.err
    }

    /// Runs the tool with this on its standard input. A run that takes a minute of the processor is killed: it hangs.
    pub(crate) fn feed(&self, arguments: &str, input: &[u8]) -> Run {
        self.args(&arguments.split_whitespace().collect::<Vec<_>>(), input)
    }

    /// As [`Desk::feed`], with arguments that may contain anything.
    pub(crate) fn args(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut child = Command::new("sh")
            .args(["-c", "ulimit -t 60 && exec \"$0\" \"$@\"", TOOL])
            .args(arguments)
            .current_dir(&self.0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // It may answer before it has read everything, or not read at all.
        let writer = std::thread::spawn(move || stdin.write_all(&input));
        let output = child.wait_with_output().unwrap();
        let _ = writer.join().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let exit = output.status.code().unwrap_or_else(|| panic!("{arguments:?}: {}", output.status));
        Run { exit, out: text(output.stdout), err: text(output.stderr) }
    }

    /// An authority: keys, a trust list in `trust.cbor`, the Hangzhou pack by two signers in `pack.cbor`, the risk table
    /// of February 2020 in `risk.cbor`. Gives the arguments that name list and root.
    pub(crate) fn authority(&self) -> String {
        let root = self.key("root.key");
        let mut list = String::new();
        for (file, kind) in [
            ("rules-1", "rule-pack"),
            ("rules-2", "rule-pack"),
            ("risk", "risk-table"),
            ("risk-2", "risk-table"),
            ("manifest", "manifest"),
            ("record", "record"),
            ("record-2", "record"),
            ("certificate", "day-certificate"),
        ] {
            let key = self.key(&format!("{file}.key"));
            list += &format!(
                "[[keys]]\nkey = \"{key}\"\nsigner = \"{file}\"\nkinds = [\"{kind}\"]\n\
                 from = \"2020-01-01T00:00:00Z\"\nuntil = \"2021-01-01T00:00:00Z\"\n"
            );
        }
        list += &format!("[roots]\nkeys = [\"{root}\"]\nsigners = 1\n");
        self.write("list.toml", list);
        self.ok("trust build list.toml --key root.key --version 1 --issued 2020-02-10 --valid 30d --out trust.cbor");
        self.ok(&format!(
            "sign rule-pack {} --key rules-1.key --issued 2020-02-10 --out pack-1.cbor",
            rules("packs/hangzhou/pack.toml")
        ));
        self.ok("countersign pack-1.cbor --key rules-2.key --out pack.cbor");
        self.ok(&format!(
            "risk build {} --key risk.key --key risk-2.key --version 7 --issued 2020-02-10 --valid 7d --whole-province 42 \
             --out risk.cbor",
            rules("data/2020-02-china/risk.csv")
        ));
        format!("--trust trust.cbor --root {root}")
    }

    /// Makes a key, and gives its public half.
    pub(crate) fn key(&self, file: &str) -> String {
        let out = self.ok(&format!("keys new --out {file}"));
        out.lines().next().unwrap().strip_prefix("public-key ").unwrap().to_owned()
    }
}

/// The path of a file under `rules`.
pub(crate) fn rules(path: &str) -> String {
    format!("{}/rules/{path}", env!("CARGO_MANIFEST_DIR"))
}

/// What a run answered, as JSON.
pub(crate) fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}
