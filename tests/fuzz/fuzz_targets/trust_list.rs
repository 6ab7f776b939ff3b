#![no_main]
libfuzzer_sys::fuzz_target!(init: healthcode_fuzz::seeds::write("trust_list"), |bytes: &[u8]| healthcode_fuzz::targets::trust_list(bytes));
