#![no_main]
libfuzzer_sys::fuzz_target!(init: healthcode_fuzz::seeds::write("mailbox"), |bytes: &[u8]| healthcode_fuzz::targets::mailbox(bytes));
