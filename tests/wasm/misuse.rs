//! Misuse throws a real `Error` with a code, tells nothing of the argument, and leaves every object usable.

use serde_json::json;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::format::Journey;
use crate::host::{bytes, checkpoint, classes, holder, json as to_json, millis, pinned, script, value};

/// Runs `use` for every entry of `cases`, which must throw an `Error` with the code before the colon; gives those that did not.
const EACH: &str = "
    const wrong = [];
    for (const [name, use] of Object.entries(cases)) {
        const code = name.split(':')[0];
        try {
            use();
            wrong.push(`${name}: nothing was thrown`);
        } catch (error) {
            if (!(error instanceof Error) || error.code !== code || /secret/.test(error.message))
                wrong.push(`${name}: ${error && error.code}: ${error}`);
        }
        try { stillWorks() } catch (error) { wrong.push(`${name}: locked by it: ${error}`) }
    }
    return wrong;";

/// Values that are no object with fields, or throw as soon as they are touched.
const HOSTILE: &str = "
    const thrower = () => { throw new Error('secret') };
    const traps = (...names) => Object.fromEntries(names.map((name) => [name, thrower]));
    const revoked = (target) => { const { proxy, revoke } = Proxy.revocable(target, {}); revoke(); return proxy };
    const circular = {}; circular.circular = circular;
    const self = []; self.push(self);
    const many = Object.fromEntries(Array.from({ length: 10000 }, (_, n) => [`q${n}`, true]));
    const tagged = { get [Symbol.toStringTag]() { throw new Error('secret') } };
    const hostile = {
        undefined, null: null, number: 1, text: 'secret', truth: true, bigint: 1n, symbol: Symbol('secret'), function: () => {},
        array: [], map: new Map([['fever', true]]), date: new Date(0), bytes: new Uint8Array(4), promise: Promise.resolve(),
        circular, many, tagged, symbolKey: { [Symbol('secret')]: true },
        getter: { get fever() { throw new Error('secret') } },
        getterThatThrowsNothing: { get fever() { throw undefined } },
        proxyOwnKeys: new Proxy({}, traps('ownKeys')), proxyGet: new Proxy({ fever: true }, traps('get')),
        proxyAll: new Proxy({ fever: true }, traps('get', 'has', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor')),
        revoked: revoked({}), revokedArray: revoked([]),
    };
    const answers = {
        nan: NaN, infinity: Infinity, bigint: 1n, symbol: Symbol('secret'), function: () => {}, nested: { a: { a: 1 } }, object: {},
        self, holes: [, 'a'], hugeHoles: new Array(4294967295), long: 'secret'.repeat(100000), mixed: ['a', 1], numbers: [1, 2],
        proxiedArray: new Proxy(['a'], traps('get')), longArray: new Array(1000).fill('a'),
        lyingLength: new Proxy([], { get: (target, key) => key === 'length' ? 1e12 : target[key] }),
        trips: [{ place: '42', from: '2020-02-01', secret: 1 }], tripPlace: [{ place: 42, from: '2020-02-01' }],
        tripGetter: [{ get place() { throw new Error('secret') } }], tripHole: [{ place: '42', from: '2020-02-01' }, , ],
    };";

fn journey() -> Journey {
    serde_json::from_str(include_str!("../vectors/signed/journey.json")).unwrap()
}

/// The cases of a script that did not end as they should.
fn wrong(body: &str) -> serde_json::Value {
    let journey = journey();
    let now = millis(&journey.now);
    let phone = holder(&journey.roots);
    phone.call("createKey", &[bytes(&journey.random.0)]).unwrap();
    for file in [&journey.trust_list, &journey.manifest, &journey.rules, &journey.risk] {
        assert_eq!(phone.ask("load", &[bytes(&file.0), now.clone()])["result"], "loaded");
    }
    let masked = healthcode::bindings::mask_identity((&journey.name).into(), (&journey.number).into()).unwrap();
    phone.call("certificateRequest", &[masked, bytes(&journey.day.0), now.clone()]).unwrap();
    assert_eq!(phone.ask("load", &[bytes(&journey.certificate.0), now.clone()])["result"], "loaded");
    let checkpoint = checkpoint(&journey.roots);
    checkpoint.ask("load", &[bytes(&journey.trust_list.0), now.clone()]);
    let (holder_class, checkpoint_class, qr_class) = classes();
    let arguments: [JsValue; 9] = [
        holder_class.into(),
        checkpoint_class.into(),
        qr_class.into(),
        phone.0.clone(),
        checkpoint.0.clone(),
        pinned(&journey.roots),
        now,
        bytes(&journey.rules.0),
        bytes(&phone.bytes("save", &[])),
    ];
    let works = "const stillWorks = () => { holder.save(); holder.reopen(now); checkpoint.verify('', now); };";
    let script_body = format!("{HOSTILE}\n{works}\nconst cases = {{}};\n{body}\n{EACH}");
    to_json(&script("Holder, Checkpoint, Qr, holder, checkpoint, roots, now, file, saved", &script_body, &arguments))
}

#[wasm_bindgen_test]
fn root_keys_are_texts_in_an_array() {
    let found = wrong(
        "
        const weak = '01' + '00'.repeat(31);
        const { keys } = roots;
        for (const [name, value] of Object.entries(hostile)) {
            cases[`misuse-argument: Holder ${name}`] = () => new Holder(value);
            cases[`misuse-argument: Checkpoint ${name}`] = () => new Checkpoint(value);
            cases[`misuse-argument: restore ${name}`] = () => Holder.restore(value, saved, now);
            if (name !== 'array') cases[`misuse-argument: keys ${name}`] = () => new Holder({ keys: value, signers: 1 });
            cases[`misuse-argument: signers ${name}`] = () => new Holder({ keys, signers: name === 'number' ? 1.5 : value });
        }
        for (const name of ['self', 'holes', 'hugeHoles', 'mixed', 'numbers', 'proxiedArray', 'longArray', 'lyingLength'])
            cases[`misuse-argument: Holder ${name}`] = () => new Holder({ keys: answers[name], signers: 1 });
        for (const Class of [Holder, Checkpoint]) {
            const of = (keys, signers = 1) => () => new Class({ keys, signers });
            cases[`key-malformed: ${Class.name}`] = of(['secret']);
            cases[`key-weak: ${Class.name}`] = of([weak]);
            cases[`key-weak: not a point ${Class.name}`] = of(['02' + '00'.repeat(31)]);
            cases[`trust-no-roots: none ${Class.name}`] = of([]);
            cases[`trust-no-roots: twice ${Class.name}`] = of([...keys, ...keys]);
            cases[`trust-no-roots: too many signers ${Class.name}`] = of(keys, 2);
        }",
    );
    assert_eq!(found, json!([]));
}

#[wasm_bindgen_test]
fn moments_are_numbers() {
    let found = wrong(
        "
        const uses = {
            load: (now) => holder.load(file, now), restore: (now) => Holder.restore(roots, saved, now), reopen: (now) => holder.reopen(now),
            request: (now) => holder.certificateRequest({ name: '*a', digits: '' }, file.slice(0, 32), now), questions: (now) => holder.questions({}, now),
            submit: (now) => holder.submit({}, now), visit: (now) => holder.addVisit({ place: '33', arrive: '2020-02-11T00:00:00Z' }, now),
            assess: (now) => holder.assess(now), forecast: (now) => holder.forecastInSlices(now), show: (now) => holder.show(now),
            toSign: (now) => holder.codeToSign(now), lose: (now) => holder.loseHostKey(now),
            askToSign: (now) => holder.certificateRequestToSign({ name: 'A* L*', digits: '1234' }, roots.keys[0], now),
            verifierLoad: (now) => checkpoint.load(file, now), verify: (now) => checkpoint.verify('', now),
        };
        for (const [use, run] of Object.entries(uses)) {
            for (const [name, value] of Object.entries(hostile))
                if (name !== 'number') cases[`misuse-argument: ${use} ${name}`] = () => run(value);
            cases[`misuse-argument: ${use} valueOf`] = () => run({ valueOf: thrower });
            for (const value of [NaN, Infinity, -Infinity, 1e300, 253402300800000])
                cases[`time-out-of-range: ${use} ${value}`] = () => run(value);
        }",
    );
    assert_eq!(found, json!([]));
}

#[wasm_bindgen_test]
fn bytes_are_byte_arrays() {
    let found = wrong(
        "
        const moved = new Uint8Array(8);
        structuredClone(moved.buffer, { transfer: [moved.buffer] });
        const others = { ...hostile, arrayBuffer: new ArrayBuffer(4), floats: new Float64Array(4), view: new DataView(new ArrayBuffer(4)),
            words: new Uint16Array(2), numbers: [1, 2], pretender: { [Symbol.toStringTag]: 'Uint8Array', length: -1 }, moved };
        delete others.bytes;
        for (const [name, value] of Object.entries(others)) {
            cases[`misuse-argument: load ${name}`] = () => holder.load(value, now);
            cases[`misuse-argument: verifier ${name}`] = () => checkpoint.load(value, now);
            cases[`misuse-argument: restore ${name}`] = () => Holder.restore(roots, value, now);
            cases[`misuse-argument: random ${name}`] = () => new Holder(roots).createKey(value);
            cases[`misuse-argument: day ${name}`] = () => holder.certificateRequest({ name: '*', digits: '' }, value, now);
            if (value !== undefined && value !== null) {
                cases[`misuse-argument: challenge ${name}`] = () => holder.show(now, undefined, value);
                cases[`misuse-argument: asked ${name}`] = () => checkpoint.verify('', now, value);
            }
        }
        cases['holder-state-damaged: no bytes'] = () => Holder.restore(roots, new Uint8Array(0), now);
        cases['key-malformed: short'] = () => new Holder(roots).createKey(new Uint8Array(31));
        cases['key-not-random: zeros'] = () => new Holder(roots).createKey(new Uint8Array(32));
        const masked = { name: 'A* L*', digits: '1234' };
        cases['key-not-random: a day of zeros'] = () => holder.certificateRequest(masked, new Uint8Array(32), now);
        cases['key-malformed: a short day'] = () => holder.certificateRequest(masked, new Uint8Array(31), now);
        cases['holder-key-exists: twice'] = () => holder.createKey(saved.slice(0, 32));
        cases['holder-key-exists: one of the host'] = () => holder.useHostKey(roots.keys[0]);
        cases['holder-host-signature: none'] = () => holder.certificateRequestSigned(masked, roots.keys[0], now, []);
        cases['holder-host-signature: not hexadecimal'] = () => holder.certificateRequestSigned(masked, roots.keys[0], now, ['secret']);
        cases['key-malformed: one of the host'] = () => new Holder(roots).useHostKey('secret');
        cases['key-malformed: a day of the host'] = () => holder.certificateRequestToSign(masked, 'secret', now);",
    );
    assert_eq!(found, json!([]));
}

#[wasm_bindgen_test]
fn objects_have_the_fields_of_their_type() {
    let found = wrong(
        "
        const visit = { place: '33', arrive: '2020-02-11T00:00:00Z' }, random = file.slice(0, 32);
        for (const [name, value] of Object.entries(hostile)) {
            cases[`misuse-argument: answers ${name}`] = () => holder.submit(value, now);
            cases[`misuse-argument: questions ${name}`] = () => holder.questions(value, now);
            cases[`misuse-argument: identity ${name}`] = () => holder.certificateRequest(value, random, now);
            cases[`misuse-argument: visit ${name}`] = () => holder.addVisit(value, now);
        }
        for (const [name, value] of Object.entries(answers)) {
            cases[`misuse-argument: answer ${name}`] = () => holder.submit({ fever: value }, now);
            cases[`misuse-argument: name ${name}`] = () => holder.certificateRequest({ name: value, digits: '1' }, random, now);
            cases[`misuse-argument: place ${name}`] = () => holder.addVisit({ ...visit, place: value }, now);
        }
        cases['misuse-argument: an object that runs the phone'] = () => holder.submit({ get fever() { holder.forget(); return true } }, now);
        cases['misuse-argument: a field too many'] = () => holder.certificateRequest({ name: '*', digits: '', secret: 1 }, random, now);
        cases['misuse-argument: a field too few'] = () => holder.certificateRequest({ name: '*' }, random, now);
        cases['certificate-not-masked: whole'] = () => holder.certificateRequest({ name: 'secret', digits: '' }, random, now);
        cases['misuse-argument: mode'] = () => holder.addVisit({ ...visit, mode: 'secret' }, now);
        cases['misuse-argument: no such day'] = () => holder.addVisit({ ...visit, arrive: '2020-02-31T00:00:00Z' }, now);
        cases['misuse-argument: unknown field'] = () => holder.addVisit({ ...visit, secret: 1 }, now);
        cases['holder-no-rules: too early'] = () => new Holder(roots).questions({}, now);
        cases['holder-no-key: too early'] = () => new Holder(roots).certificateRequest({ name: '*', digits: '' }, random, now);",
    );
    assert_eq!(found, json!([]));
}

#[wasm_bindgen_test]
fn texts_and_places_are_texts() {
    let found = wrong(
        "
        const symbol = new Qr('A');
        for (const [name, value] of Object.entries(hostile)) {
            if (name === 'text') continue;
            cases[`misuse-argument: verify ${name}`] = () => checkpoint.verify(value, now);
            if (value !== undefined && value !== null && typeof value !== 'boolean')
                cases[`misuse-argument: clockOff ${name}`] = () => checkpoint.verify('', now, undefined, value);
            cases[`misuse-argument: useHostKey ${name}`] = () => new Holder(roots).useHostKey(value);
            cases[`misuse-argument: host day ${name}`] = () => holder.certificateRequestToSign({ name: 'A* L*', digits: '1234' }, value, now);
            if (value !== undefined && value !== null)
                cases[`misuse-argument: signature ${name}`] = () => holder.show(now, undefined, undefined, value);
            cases[`misuse-argument: Qr ${name}`] = () => new Qr(value);
            cases[`misuse-argument: svg ${name}`] = () => symbol.svg(value);
            if (value !== undefined && value !== null)
                for (const use of ['assess', 'forecastInSlices', 'show']) cases[`misuse-argument: ${use} ${name}`] = () => holder[use](now, value);
        }
        cases['place-province: nowhere'] = () => holder.assess(now, '99');
        cases['place-length: three digits'] = () => holder.show(now, '330');
        cases['place-not-digits: a name'] = () => holder.forecastInSlices(now, 'secret');
        cases['qr-empty: nothing'] = () => new Qr('');
        cases['qr-character: small letters'] = () => new Qr('secret');
        cases['qr-too-long: too long'] = () => new Qr('A'.repeat(1000));",
    );
    assert_eq!(found, json!([]));
    let (name, number) = (JsValue::from(1), JsValue::NULL);
    let thrown = healthcode::bindings::mask_identity(name, number).unwrap_err();
    assert_eq!(crate::host::code_of(&thrown).as_deref(), Some("misuse-argument"));
    let thrown = healthcode::bindings::code_text(1.into()).unwrap_err();
    assert_eq!(crate::host::code_of(&thrown).as_deref(), Some("misuse-argument"));
    // As many digits as a QR code holds, and the text of a code that does not end.
    for held_up in ["7".repeat(7_089), format!("JK1:{}", "7".repeat(7_089))] {
        assert!(healthcode::bindings::code_text(held_up.into()).unwrap().is_undefined());
    }
}

#[wasm_bindgen_test]
fn what_is_unusual_but_right_is_taken() {
    let journey = journey();
    let now = || millis(&journey.now);
    let phone = holder(&journey.roots);
    phone.call("createKey", &[bytes(&journey.random.0)]).unwrap();
    for file in [&journey.trust_list, &journey.manifest, &journey.rules, &journey.risk] {
        phone.ask("load", &[bytes(&file.0), now()]);
    }
    let answers = value(&journey.people[0].reports[0]["answers"]);
    let bare = script(
        "answers",
        "return Object.assign(Object.create(null), answers, { unknown: undefined })",
        std::slice::from_ref(&answers),
    );
    let proxy = script("answers", "return new Proxy(answers, {})", &[answers]);
    for answers in [bare, proxy] {
        assert_eq!(phone.ask("submit", &[answers, now()])["result"], "accepted");
    }
    // From another realm, and a part of a larger buffer.
    let elsewhere = "
        const frame = document.body.appendChild(document.createElement('iframe'));
        const other = frame.contentWindow;
        return other.Uint8Array ? other.Uint8Array.from(file) : file;";
    let foreign = script("file", elsewhere, &[bytes(&journey.rules.0)]);
    assert_eq!(phone.ask("load", &[foreign, now()])["result"], "loaded");
    let part =
        "const whole = new Uint8Array(file.length + 9); whole.set(file, 4); return whole.subarray(4, 4 + file.length)";
    let part = script("file", part, &[bytes(&journey.rules.0)]);
    assert_eq!(phone.ask("load", &[part, now()])["result"], "loaded");
    assert_eq!(phone.ask("assess", &[now(), JsValue::NULL])["rules"]["id"], "hangzhou");
    // Fractions of a millisecond and moments before 1970 are moments.
    assert_eq!(phone.ask("load", &[bytes(&journey.rules.0), (-0.5).into()])["problem"]["code"], "file-not-yet-issued");
}
