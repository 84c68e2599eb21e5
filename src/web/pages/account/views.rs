//! The values of the templates of an account: one struct for each, as in [`crate::web::pages::views`].

use askama::Template;

use super::moment::Moment;
use super::receipt::Receipt;
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
    /// What a form has just done.
    pub receipt: Option<Receipt>,
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

/// An application, and the devices that are signed in to it.
pub struct AuthorizedApp {
    /// Its name.
    pub name: String,
    /// The client, for the form.
    pub client_id: String,
    /// Whether the operator has switched it off, so that nothing of it works for now.
    pub is_off: bool,
    /// Its devices, the one that was used last first.
    pub devices: Vec<ListedDevice>,
    /// The approvals that wait for their devices.
    pub waiting: Vec<WaitingDevice>,
}

/// The name of a device.
pub enum DeviceName {
    /// Given by its person.
    Given(String),
    /// Its own. The page puts it in quotation marks, because nobody has checked it.
    Own(String),
}

impl DeviceName {
    /// The name that a person gave to a device, or else its own.
    pub fn of(given: Option<String>, user_agent: Option<&str>) -> Option<Self> {
        // Also a name that was stored under older rules.
        let given = given.map(|given| display_text(&given, 64)).filter(|given| !given.is_empty());
        given.map(Self::Given).or_else(|| device_name(user_agent?).map(Self::Own))
    }
}

/// A device in the list.
pub struct ListedDevice {
    /// URL of its page.
    pub url: String,
    /// Its name, if one is known.
    pub name: Option<DeviceName>,
    /// When it was used last.
    pub last_used: Moment,
    /// The network address that asked for it.
    pub address: Option<String>,
}

/// An approval that its device has not come for yet.
pub struct WaitingDevice {
    /// The identifier of the grant, for the form that takes the approval back.
    pub id: String,
    /// What it calls itself, if anything is known.
    pub name: Option<String>,
    /// When it was allowed.
    pub allowed: Moment,
}

/// A browser in which the person is logged in.
pub struct ListedBrowser {
    /// The handle of the session, for the form that ends it.
    pub handle: String,
    /// Whether it is the one that shows this page.
    pub is_this: bool,
    /// What it calls itself, if anything is known.
    pub name: Option<String>,
    /// When they logged in.
    pub since: Moment,
    /// The network address that they logged in from.
    pub address: Option<String>,
}

/// One device: `GET /account/devices/{handle}`.
#[derive(Template)]
#[template(path = "account_device.html")]
pub struct DevicePage {
    /// What all pages share.
    pub frame: Frame,
    /// What a form has just done.
    pub receipt: Option<Receipt>,
    /// URL of this page, where its forms are posted.
    pub action: String,
    /// Name of the application.
    pub app: String,
    /// What the device is called, if anything is known.
    pub name: Option<DeviceName>,
    /// The name that was given to it, or nothing.
    pub given_name: String,
    /// What it calls itself, by [`device_name`].
    pub calls_itself: Option<String>,
    /// The network address that asked.
    pub address: Option<String>,
    /// When it got its first tokens.
    pub first_used: Moment,
    /// When it got its latest tokens.
    pub last_used: Moment,
    /// Each scope in words for people.
    pub scopes: Vec<String>,
    /// Each resource, in the operator's names.
    pub resources: Vec<String>,
    /// Whether it is signed in.
    pub standing: DeviceStanding,
}

/// Whether a device is signed in.
pub enum DeviceStanding {
    /// It is signed in.
    SignedIn {
        /// When it ends at the latest.
        ends: Moment,
        /// When it ends if it is not used before.
        unless_used: Option<Moment>,
        /// Whether the operator has switched its application off.
        is_off: bool,
    },
    /// It is not signed in any more.
    SignedOut,
    /// It is not signed in any more, because its person did not know of it.
    Reported,
}

/// A new password: `GET /account/password`.
#[derive(Template)]
#[template(path = "account_password.html")]
pub struct PasswordPage {
    /// What all pages share.
    pub frame: Frame,
    /// Their username, for password managers.
    pub username: String,
    /// The least number of characters of a password.
    pub least: usize,
    /// Why the password was not changed.
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

/// The person is signed out everywhere: `GET /account/signed-out`.
#[derive(Template)]
#[template(path = "account_signed_out.html")]
pub struct SignedOutPage {
    /// What all pages share.
    pub frame: Frame,
}
