#![no_main]
libfuzzer_sys::fuzz_target!(init: healthcode_fuzz::seeds::write("pack_source"), |bytes: &[u8]| healthcode_fuzz::targets::pack_source(bytes));
