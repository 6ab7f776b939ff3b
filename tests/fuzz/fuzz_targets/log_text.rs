#![no_main]
libfuzzer_sys::fuzz_target!(init: healthcode_fuzz::seeds::write("log_text"), |bytes: &[u8]| healthcode_fuzz::targets::log_text(bytes));
