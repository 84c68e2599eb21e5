# The pages of an account: what is signed in, and how to end it.

account-title = Your account
account-heading = Your account
account-back = Back to your account

# What a form has just done, at the top of the page that follows.
account-done-password = Your password is changed. Every other browser and every device is signed out.
account-done-name = The name is saved.
account-done-devices = The devices are signed out.
account-done-browsers = Done. Only the browsers listed below are still signed in.
# "It" is what somebody allowed.
account-done-taken-back = You took it back. The device gets no access.
# Somebody wanted to take back what they allowed, and there was nothing to take back any more.
account-done-not-waiting = This device does not wait any more. If it has signed in, it is in the list below, and you can sign it out there.

# $time: such as "2026-11-21 12:00 UTC". $ago: such as "5 minutes ago".
account-when = { $ago } ({ $time })
# $address: a network address.
account-when-from = { $ago } ({ $time }), from { $address }
# The same where the time of day matters less.
account-ago = { $ago }
account-ago-from = { $ago }, from { $address }
# $within: such as "in 30 days".
account-when-ahead = { $time } ({ $within })

account-apps = Apps and devices
account-apps-none = No device is signed in with your account.
account-app-off = This app is switched off for now. Its devices can do nothing until it is on again.
account-device-unnamed = Device without a name
# The name that a device gives itself, in the quotation marks of the language.
account-own-name = “{ $name }”
# $ago: such as "5 minutes ago".
account-device-used = Last used { $ago }
account-device-used-from = Last used { $ago }, asked for from { $address }
account-device-waiting = You allowed it { $ago }. It is signed in when it asks next.
account-device-take-back = Take it back
# $count: how many devices of the app are signed in; two or more.
account-app-sign-out = Sign out all { $count } devices of { $app }
# $count: how many devices are shown.
account-devices-only = Only the { $count } devices that were used last are shown.
account-devices-sign-out = Sign out all devices

account-browsers = Browsers
account-browser-unknown = Unknown browser
account-browser-this = This is the browser that you are using now.
account-browser-since = Signed in { $ago }
account-browser-since-from = Signed in { $ago }, from { $address }
account-browser-sign-out = Sign out
account-browsers-sign-out = Sign out all other browsers

account-password = Password
account-password-set = Set { $ago }
account-password-change = Change the password

account-activity = Recent activity
account-activity-none = Nothing happened lately.
account-activity-more = More activity

account-everywhere = Sign out everywhere
account-everywhere-ends = This ends every session, this one too, and signs out every device. A device that you have just allowed gets no access either.
account-everywhere-submit = Sign out everywhere
