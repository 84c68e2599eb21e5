//! The names of clients, scopes and resources, cleaned for display. They come from the configuration, never from the client.

use crate::app::App;
use protocol::{DeviceGrant, display_text};
use words::Language;

/// The name of the client of a grant.
pub(super) fn client_name(app: &App, grant: &DeviceGrant) -> String {
    let client = app.registry.clients.find(&grant.client_id);
    display_text(client.map_or(&grant.client_id, |client| &client.name), 80)
}

/// What a scope token allows, for a reader of this language.
pub(super) fn scope_words(app: &App, language: Language, token: &str) -> String {
    let known = app.settings.scope.iter().find(|scope| scope.name == token);
    let words = known.and_then(|scope| scope.words_in(language, app.settings.pages.default_language));
    display_text(words.as_deref().unwrap_or(token), 200)
}

/// The name of a resource (RFC 8707).
pub(super) fn resource_name(app: &App, uri: &str) -> String {
    let known = app.settings.resource.iter().find(|resource| resource.uri == uri);
    display_text(known.map_or(uri, |resource| &resource.name), 200)
}
