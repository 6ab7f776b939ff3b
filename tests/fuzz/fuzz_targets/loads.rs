#![no_main]
libfuzzer_sys::fuzz_target!(init: healthcode_fuzz::seeds::write("loads"), |bytes: &[u8]| healthcode_fuzz::targets::loads(bytes));
