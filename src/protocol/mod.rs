//! What do the RFCs say? Types and functions; no I/O, no clock, no SQL.

mod timestamp;

pub use timestamp::Timestamp;
