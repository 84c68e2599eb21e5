//! What the templates of an account are given: one struct for each, as in [`crate::web::pages::views`].

use askama::Template;

use super::moment::Moment;
use crate::flow::change_password::PasswordRefusal;
use crate::flow::log_in::LoginRefusal;
use crate::passwords::WeakPassword;
use crate::web::pages::Span;
use crate::web::pages::views::Frame;
use protocol::{device_name, display_text};

/// Everything at a glance: `GET /account`.
#[derive(Template)]
#[template(path = "account.html")]
pub struct OverviewPage {
    /// What all pages share.
    pub frame: Frame,
    /// Who it is.
    pub username: String,
    /// The applications that are allowed, each with its devices.
    pub apps: Vec<AuthorizedApp>,
    /// How many devices are shown, if there are more.
    pub only_devices: Option<usize>,
    /// The browsers that are signed in, this one first.
    pub browsers: Vec<ListedBrowser>,
    /// Since when the password is what it is.
    pub password_set: Moment,
    /// What happened last.
    pub deeds: Vec<Deed>,
}

impl OverviewPage {
    /// Whether there is a device to sign out.
    fn has_devices(&self) -> bool {
        self.apps.iter().any(|app| !app.devices.is_empty())
    }
}

/// An application, and the devices on which somebody is signed in to it.
pub struct AuthorizedApp {
    /// Its name.
    pub name: String,
    /// The client, for the form.
    pub client_id: String,
    /// Whether the operator has switched it off, so that nothing of it works for now.
    pub is_off: bool,
    /// Its devices, the one that was used last first.
    pub devices: Vec<ListedDevice>,
    /// What was allowed, and waits for its device.
    pub waiting: Vec<WaitingDevice>,
}

/// What a device is called, and by whom.
pub enum DeviceName {
    /// By its person.
    Given(String),
    /// By itself, which is told in quotation marks: nobody has checked it.
    Own(String),
}

impl DeviceName {
    /// The name that somebody gave to a device, or else the one that it has for itself.
    pub fn of(given: Option<String>, user_agent: Option<&str>) -> Option<Self> {
        // Also one that was kept before there were as many rules.
        let given = given.map(|given| display_text(&given, 64)).filter(|given| !given.is_empty());
        given.map(Self::Given).or_else(|| device_name(user_agent?).map(Self::Own))
    }
}

/// A device in the list.
pub struct ListedDevice {
    /// URL of its page.
    pub url: String,
    /// What it is called, if anything is known.
    pub name: Option<DeviceName>,
    /// When it was used last.
    pub last_used: Moment,
    /// From where it was asked for.
    pub address: Option<String>,
}

/// A device that was allowed in, and has not come yet.
pub struct WaitingDevice {
    /// What takes it back.
    pub id: String,
    /// What it calls itself, if anything is known.
    pub name: Option<String>,
    /// When it was allowed.
    pub allowed: Moment,
}

/// A browser in which somebody is signed in.
pub struct ListedBrowser {
    /// What ends it.
    pub handle: String,
    /// Whether it is the one that shows this page.
    pub is_this: bool,
    /// What it calls itself, if anything is known.
    pub name: Option<String>,
    /// When they signed in.
    pub since: Moment,
    /// From where.
    pub address: Option<String>,
}

/// One device: `GET /account/devices/{handle}`.
#[derive(Template)]
#[template(path = "account_device.html")]
pub struct DevicePage {
    /// What all pages share.
    pub frame: Frame,
    /// URL of this page, where its forms are posted.
    pub action: String,
    /// Name of the application.
    pub app: String,
    /// What the device is called, if anything is known.
    pub name: Option<DeviceName>,
    /// The name that was given to it, or nothing.
    pub given_name: String,
    /// What it calls itself, by [`device_name`](protocol::device_name).
    pub calls_itself: Option<String>,
    /// The network address that asked.
    pub address: Option<String>,
    /// When it was given its first tokens.
    pub first_used: Moment,
    /// When it was given its latest.
    pub last_used: Moment,
    /// Each scope in the operator's words.
    pub scopes: Vec<String>,
    /// What it is for, in the operator's names.
    pub resources: Vec<String>,
    /// How it stands.
    pub standing: DeviceStanding,
}

/// Whether a device is signed in.
pub enum DeviceStanding {
    /// It is.
    SignedIn {
        /// Until then at the latest.
        ends: Moment,
        /// Until then, unless it is used before.
        unless_used: Option<Moment>,
        /// Whether the operator has switched its application off.
        is_off: bool,
    },
    /// It is not any more.
    SignedOut,
    /// It is not any more, because its person knew nothing of it.
    Reported,
}

/// A new password: `GET /account/password`.
#[derive(Template)]
#[template(path = "account_password.html")]
pub struct PasswordPage {
    /// What all pages share.
    pub frame: Frame,
    /// What they sign in with, for whatever keeps their passwords.
    pub username: String,
    /// The least number of characters.
    pub least: usize,
    /// Why it was not changed.
    pub(crate) refusal: Option<PasswordRefusal>,
}

impl PasswordPage {
    fn is_about_current(&self) -> bool {
        matches!(self.refusal, Some(PasswordRefusal::Login(_)))
    }

    fn is_about_repetition(&self) -> bool {
        self.refusal == Some(PasswordRefusal::NotRepeated)
    }

    fn is_about_new(&self) -> bool {
        matches!(self.refusal, Some(PasswordRefusal::Weak(_) | PasswordRefusal::Same))
    }
}

/// What happened lately: `GET /account/activity`.
#[derive(Template)]
#[template(path = "account_activity.html")]
pub struct ActivityPage {
    /// What all pages share.
    pub frame: Frame,
    /// The newest first.
    pub deeds: Vec<Deed>,
    /// How many are shown, if there may be more.
    pub only: Option<usize>,
}

/// Something that happened in an account.
pub struct Deed {
    /// The message that tells of it.
    pub message: &'static str,
    /// The application that it is about.
    pub app: Option<String>,
    /// When.
    pub at: Moment,
    /// The network address that it came from.
    pub address: Option<String>,
}

/// Nobody is signed in any more: `GET /account/signed-out`.
#[derive(Template)]
#[template(path = "account_signed_out.html")]
pub struct SignedOutPage {
    /// What all pages share.
    pub frame: Frame,
    /// URL of the account, by way of the login.
    pub account_url: String,
}
