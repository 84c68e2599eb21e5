//! What the person types at the device: the PIN that the browser shows, for a server that wants it sent.

/// The device's keys.
pub trait Keypad: Sync {
    /// A line that was typed and not yet asked for. Does not wait for one.
    fn typed(&self) -> Option<String>;
}
