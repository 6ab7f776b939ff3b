//! The vectors of `tests/vectors/signed`, through JavaScript.

use serde_json::Value as Json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::format::{CodeVectors, FileVectors, StateVectors};
use crate::host::{bytes, checkpoint, code_of, holder, millis, restored, value};
use wasm_bindgen::JsValue;

/// The text of a field, if it is there.
fn text<'j>(json: &'j Json, path: &str) -> Option<&'j str> {
    json.pointer(path).and_then(Json::as_str)
}

#[wasm_bindgen_test]
fn every_file_is_loaded_or_refused_as_natively() {
    let vectors: FileVectors = serde_json::from_str(include_str!("../vectors/signed/files.json")).unwrap();
    for case in &vectors.cases {
        let roots = case.roots.as_ref().unwrap_or(&vectors.roots);
        if !roots.is_sound() {
            // No phone is made with such roots.
            assert_eq!(case.code.as_deref(), Some("trust-no-roots"));
            continue;
        }
        let phone = holder(roots);
        phone.call("createKey", &[bytes(&vectors.random.0)]).unwrap();
        for name in &case.before {
            let loaded = phone.ask("load", &[bytes(&vectors.files[name].0), millis(&vectors.at)]);
            assert_eq!(loaded["result"], "loaded", "{}: {loaded}", case.name);
            if name == "rule-pack" {
                let arguments = [value(&vectors.identity), bytes(&vectors.day.0), millis(&vectors.at)];
                phone.call("certificateRequest", &arguments).unwrap();
            }
        }
        let before = phone.ask("files", &[]);
        let result = phone.ask("load", &[bytes(&case.file.0), millis(&case.now)]);
        assert_eq!(text(&result, "/problem/code"), case.code.as_deref(), "{}: {result}", case.name);
        assert!(phone.ask("files", &[]) == before || case.code.is_none(), "{}", case.name);
    }
    assert!(vectors.cases.len() > 100);
}

#[wasm_bindgen_test]
fn every_code_gets_its_verdict_as_natively() {
    let vectors: CodeVectors = serde_json::from_str(include_str!("../vectors/signed/codes.json")).unwrap();
    let checkpoint = checkpoint(&vectors.roots);
    for file in [&vectors.trust_list, &vectors.manifest] {
        assert_eq!(checkpoint.ask("load", &[bytes(&file.0), millis(&vectors.at)])["result"], "loaded");
    }
    for case in &vectors.cases {
        let challenge = case.challenge.as_ref().map_or(JsValue::NULL, |challenge| bytes(&challenge.0));
        let arguments = [(&case.text).into(), millis(&case.now), challenge, case.clock_off.into()];
        let verdict = checkpoint.ask("verify", &arguments);
        assert_eq!(text(&verdict, "/verdict"), Some(case.verdict.as_str()), "{}: {verdict}", case.name);
        for (path, expected) in [("/stage", &case.stage), ("/code", &case.code), ("/colour", &case.colour)] {
            assert_eq!(text(&verdict, path), expected.as_deref(), "{}: {verdict}", case.name);
        }
        let said = verdict.to_string();
        let named = vectors.personal.iter().any(|secret| said.contains(secret));
        assert_eq!(named, case.verdict == "accepted", "{}: {said}", case.name);
    }
    assert!(vectors.cases.len() > 80);
}

#[wasm_bindgen_test]
fn every_state_is_restored_or_refused_as_natively() {
    let vectors: StateVectors = serde_json::from_str(include_str!("../vectors/signed/states.json")).unwrap();
    for case in &vectors.cases {
        match restored(&vectors.roots, &case.saved.0, &case.now) {
            Err(thrown) => assert_eq!(code_of(&thrown), case.code, "{}", case.name),
            Ok(phone) => {
                assert_eq!(case.code, None, "{}", case.name);
                let files = phone.ask("files", &[]);
                let state = |file: &Json| {
                    let state = text(file, "/problem").unwrap_or("in-use");
                    (text(file, "/kind").unwrap().to_owned(), state.to_owned())
                };
                assert_eq!(
                    files.as_array().unwrap().iter().map(state).collect::<Vec<_>>(),
                    case.files,
                    "{}",
                    case.name
                );
                // The form, and so the checksum over it, is that of today.
                let content = |saved: &[u8]| saved[1..saved.len() - 8].to_vec();
                assert!(content(&phone.bytes("save", &[])) == content(&case.saved.0), "{}", case.name);
            }
        }
    }
    assert!(vectors.cases.len() > 15);
}
