#![no_main]
libfuzzer_sys::fuzz_target!(init: healthcode_fuzz::seeds::write("log_tile"), |bytes: &[u8]| healthcode_fuzz::targets::log_tile(bytes));
