#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| grantd_fuzz::put("public_jwk", input));
