//! The keypad on which the person types the PIN that the browser shows, for a server that wants it.

/// The device's keys.
pub trait Keypad: Sync {
    /// The next line that was typed, without waiting for one.
    fn typed(&self) -> Option<String>;
}
