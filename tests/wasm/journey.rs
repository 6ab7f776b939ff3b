//! The whole way from the questionnaire to the checkpoint, byte for byte as natively.

use js_sys::Array;
use serde_json::{Value as Json, json};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::format::{Journey, Person};
use crate::host::{Object, bytes, checkpoint, holder, json as to_json, millis, qr, restored, script, sha512, value};

fn journey() -> Journey {
    serde_json::from_str(include_str!("../vectors/signed/journey.json")).unwrap()
}

/// A phone with all of its files, made step by step.
fn phone(journey: &Journey) -> Object {
    let now = || millis(&journey.now);
    let holder = holder(&journey.roots);
    holder.call("createKey", &[bytes(&journey.random.0)]).unwrap();
    for file in [&journey.trust_list, &journey.manifest, &journey.rules, &journey.risk] {
        assert_eq!(holder.ask("load", &[bytes(&file.0), now()])["result"], "loaded");
    }
    let masked = healthcode::bindings::mask_identity((&journey.name).into(), (&journey.number).into()).unwrap();
    let request = holder.bytes("certificateRequest", &[masked.clone(), bytes(&journey.day.0), now()]);
    assert!(request == journey.request.0, "the request");
    assert_eq!(holder.ask("load", &[bytes(&journey.certificate.0), now()])["result"], "loaded");
    assert_eq!(holder.ask("identity", &[]), to_json(&masked));
    assert_eq!(holder.ask("rules", &[])["id"], "hangzhou");
    holder
}

/// What a person does at the phone and at the checkpoint, and everything that comes of it.
fn go(journey: &Journey, person: &Person, holder: &Object) -> (String, String, Vec<u8>, Vec<u8>, Json, Json, Json) {
    let now = || millis(&journey.now);
    for report in &person.reports {
        let (answers, at) = (value(&report["answers"]), millis(report["at"].as_str().unwrap()));
        assert_eq!(holder.ask("questions", &[answers.clone(), at.clone()])["faults"], json!([]));
        assert_eq!(holder.ask("submit", &[answers, at]), json!({ "result": "accepted" }));
    }
    for visit in &person.diary {
        assert_eq!(holder.ask("addVisit", &[value(visit), now()]), json!({ "result": "added" }));
    }
    assert_eq!(holder.ask("reports", &[]).as_array().unwrap().len(), person.reports.len());
    assert_eq!(holder.ask("diary", &[]).as_array().unwrap().len(), person.diary.len());
    let here = || JsValue::from(&person.here);
    let assessment = holder.ask("assess", &[now(), here()]);
    let mut slices = std::iter::repeat_with(|| holder.call("forecastInSlices", &[now(), here()]).unwrap());
    let forecast = to_json(&slices.find(|made| !made.is_undefined()).unwrap());
    let shown = holder.ask("show", &[now(), here(), bytes(&journey.challenge.0)]);
    let text = shown["code"]["text"].as_str().unwrap().to_owned();
    let symbol = qr(&text);
    let svg = symbol.call("svg", &[(&person.name).into()]).unwrap().as_string().unwrap();
    let modules = symbol.bytes("modules", &[]);
    let checkpoint = checkpoint(&journey.roots);
    for file in [&journey.trust_list, &journey.manifest] {
        assert_eq!(checkpoint.ask("load", &[bytes(&file.0), now()])["result"], "loaded");
    }
    let verdict = checkpoint.ask("verify", &[(&text).into(), now(), bytes(&journey.challenge.0)]);
    assert_eq!(symbol.get("version").as_f64(), Some(person.qr_version.into()));
    (text, svg, modules, holder.bytes("save", &[]), assessment, forecast, verdict)
}

#[wasm_bindgen_test]
fn every_byte_is_as_natively() {
    let journey = journey();
    let saved = phone(&journey).bytes("save", &[]);
    for person in &journey.people {
        let holder = restored(&journey.roots, &saved, &journey.now).unwrap();
        let files = holder.ask("files", &[]);
        let in_use = files.as_array().unwrap().iter().filter(|file| file.get("problem").is_none()).count();
        assert_eq!(in_use, 5, "{files}");
        let (text, svg, modules, saved, assessment, forecast, verdict) = go(&journey, person, &holder);
        assert_eq!(assessment, person.assessment, "{}", person.name);
        assert_eq!(forecast, person.forecast, "{}", person.name);
        assert_eq!(text, person.text, "{}", person.name);
        assert_eq!(verdict, person.verdict, "{}", person.name);
        assert_eq!(verdict["verdict"], "accepted", "{}", person.name);
        assert_eq!(sha512(&modules), person.qr_sha512.0, "{}: QR", person.name);
        assert_eq!(sha512(svg.as_bytes()), person.svg_sha512.0, "{}: SVG", person.name);
        assert_eq!(sha512(&saved), person.saved_sha512.0, "{}: saved state", person.name);
    }
    assert_eq!(journey.people.len(), 5);
}

/// Puts a trap around everything by which a module could know the time, make random numbers, speak or reach a network.
const TRAPS: &str = "
    const calls = [], undo = [];
    const trap = (owner, name) => {
        if (!owner || !(name in owner)) throw new Error(`no ${name}`);
        const before = Object.getOwnPropertyDescriptor(owner, name);
        const caught = () => { calls.push(name); throw new Error(`${name} was used`); };
        const value = new Proxy(owner[name], { apply: caught, construct: caught, get: (target, key) => key === 'now' ? caught : target[key] });
        Object.defineProperty(owner, name, { value, configurable: true, writable: true });
        undo.push(() => before ? Object.defineProperty(owner, name, before) : delete owner[name]);
    };
    for (const name of ['Date', 'fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'setTimeout', 'setInterval', 'requestAnimationFrame'])
        trap(globalThis, name);
    trap(Math, 'random');
    trap(performance, 'now');
    for (const name of ['getRandomValues', 'randomUUID']) if (name in crypto) trap(crypto, name);
    trap(navigator, 'sendBeacon');
    for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace']) trap(console, name);
    for (const name of ['getItem', 'setItem']) trap(Storage.prototype, name);
    return { calls, undo: () => undo.forEach((step) => step()) };";

#[wasm_bindgen_test]
fn nothing_but_the_arguments_is_used() {
    let journey = journey();
    let traps = Object(script("", TRAPS, &[]));
    // While the traps are set, what goes wrong could not be printed.
    let holder = phone(&journey);
    let (text, ..) = go(&journey, &journey.people[0], &holder);
    let again = restored(&journey.roots, &holder.bytes("save", &[]), &journey.now).is_ok();
    let refused = holder.ask("load", &[bytes(b"nothing"), millis(&journey.now)]);
    traps.call("undo", &[]).unwrap();
    assert_eq!(to_json(&traps.get("calls")), json!([]));
    assert!(text == journey.people[0].text && again && refused["result"] == "refused");
    // The traps do catch.
    let traps = Object(script("", TRAPS, &[]));
    script(
        "",
        "for (const use of [() => Date.now(), () => new Date(), Math.random, () => fetch('/')]) try { use() } catch {}",
        &[],
    );
    traps.call("undo", &[]).unwrap();
    assert_eq!(to_json(&traps.get("calls")), json!(["Date", "Date", "random", "fetch"]));
}

#[wasm_bindgen_test]
fn a_phone_says_what_it_lacks() {
    let journey = journey();
    let now = || millis(&journey.now);
    let empty = holder(&journey.roots);
    assert_eq!(empty.ask("show", &[now()])["problem"]["code"], "holder-no-key");
    assert_eq!(empty.ask("load", &[bytes(&journey.rules.0), now()])["problem"]["code"], "holder-no-trust-list");
    assert!(empty.call("publicKey", &[]).unwrap().is_undefined());
    assert!(empty.call("rules", &[]).unwrap().is_undefined() && empty.call("identity", &[]).unwrap().is_undefined());
    let phone = phone(&journey);
    let faults = phone.ask("submit", &[value(&json!({ "temperature": 50, "unknown": true })), now()]);
    assert_eq!(faults["result"], "rejected");
    let code = |question: &str| {
        let fault = faults["faults"].as_array().unwrap().iter().find(|fault| fault["question"] == question).cloned();
        fault.unwrap_or_default()["code"].clone()
    };
    assert_eq!(
        (code("temperature"), code("unknown")),
        (json!("answer-out-of-range"), json!("answer-unknown-question"))
    );
    assert_eq!(code("home"), json!("answer-missing"));
    assert_eq!(phone.ask("reports", &[]), json!([]));
    let visit = json!({ "place": "3301", "arrive": "2020-02-11T00:00:00Z", "leave": "2020-02-10T00:00:00Z" });
    assert_eq!(phone.ask("addVisit", &[value(&visit), now()])["problem"]["code"], "holder-visit-order");
    let removal = json!({ "remove": visit });
    for (method, more) in [("change", &[][..]), ("preview", &[JsValue::UNDEFINED])] {
        let arguments = [&[value(&removal), now()], more].concat();
        assert_eq!(phone.ask(method, &arguments)["problem"]["code"], "correction-unknown");
    }
    assert_eq!(phone.ask("corrections", &[]), json!([]));
    let long = phone.ask("show", &[now(), JsValue::UNDEFINED, bytes(&[7; 9])]);
    assert_eq!(long["problem"]["code"], "holder-challenge");
    assert_eq!(checkpoint(&journey.roots).ask("verify", &["JK1:".into(), now()])["verdict"], "undecided");
    phone.call("forget", &[]).unwrap();
    assert_eq!(phone.ask("files", &[]), json!([]));
    assert_eq!(phone.ask("show", &[now()])["problem"]["code"], "holder-no-key");
}

/// A trust list that no longer names the signers of the rules takes them out of use, and `files` says so.
#[wasm_bindgen_test]
fn the_files_follow_the_clock() {
    let journey = journey();
    let phone = phone(&journey);
    let problems = |files: &Json| -> Vec<(String, Option<String>)> {
        let text = |file: &Json, name: &str| file.get(name).map(|text| text.as_str().unwrap().to_owned());
        files.as_array().unwrap().iter().map(|file| (text(file, "kind").unwrap(), text(file, "problem"))).collect()
    };
    let all = |first: Option<&str>, others: Option<&str>| -> Vec<(String, Option<String>)> {
        let kinds = ["trust-list", "day-certificate", "manifest", "rule-pack", "risk-table"].iter().enumerate();
        kinds.map(|(at, kind)| ((*kind).into(), if at == 0 { first } else { others }.map(str::to_owned))).collect()
    };
    assert_eq!(problems(&phone.ask("files", &[])), all(None, None));
    let expired = phone.ask("reopen", &[millis("2021-01-01T00:00:00Z")]);
    assert_eq!(problems(&expired), all(Some("file-expired"), Some("holder-no-trust-list")));
    assert_eq!(phone.ask("files", &[]), expired);
    assert_eq!(problems(&phone.ask("reopen", &[millis(&journey.now)])), all(None, None));
}

#[wasm_bindgen_test]
fn the_package_says_its_version_and_its_codes() {
    assert_eq!(healthcode::bindings::version().unwrap(), env!("CARGO_PKG_VERSION"));
    let table = include_str!("../../src/error-codes.md").lines().filter(|line| line.contains("` | everywhere | "));
    let mut listed: Vec<_> = table.filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    listed.sort_unstable();
    let codes = Array::from(&healthcode::bindings::error_codes().unwrap());
    let mut codes: Vec<_> = codes.iter().map(|code| code.as_string().unwrap()).collect();
    codes.sort();
    assert_eq!(codes, listed);
}

#[wasm_bindgen_test]
fn names_and_numbers_are_masked_as_people_type_them() {
    for (name, number, masked) in [
        ("홍길동", "１２３４Ｘ", ("**동", "234X")),
        ("\u{1112}\u{1169}\u{11bc}\u{1100}\u{1175}\u{11af}\u{1103}\u{1169}\u{11bc}", "M 1234", ("**동", "1234")),
        ("王小明（女）", "330106\u{a0}19800101\u{3000}041x", ("**明", "041X")),
        ("Ａｄａ　Ｌｏｖｅｌａｃｅ", "Ｐ１２３－４５６", ("A* L*", "3456")),
    ] {
        let found = healthcode::bindings::mask_identity(name.into(), number.into()).unwrap();
        assert_eq!(to_json(&found), json!({ "name": masked.0, "digits": masked.1 }), "{name} {number}");
    }
}
