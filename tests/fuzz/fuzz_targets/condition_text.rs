#![no_main]
libfuzzer_sys::fuzz_target!(init: healthcode_fuzz::seeds::write("condition_text"), |bytes: &[u8]| healthcode_fuzz::targets::condition_text(bytes));
