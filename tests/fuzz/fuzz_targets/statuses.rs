#![no_main]
libfuzzer_sys::fuzz_target!(init: healthcode_fuzz::seeds::write("statuses"), |bytes: &[u8]| healthcode_fuzz::targets::statuses(bytes));
