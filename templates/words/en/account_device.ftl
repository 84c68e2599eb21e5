# The page of one device in somebody's account.

# $app: the name of the application. $name: what the device is called.
account_device-title = { $name }, { $app }
# The same where the name is the one that the device gives itself.
account_device-title-own = “{ $name }”, { $app }
account_device-title-unnamed = Device without a name, { $app }
account_device-unnamed = Device without a name
account_device-of = Signed in with { $app }
account_device-was-of = It was signed in with { $app }

account_device-over = This device is signed out
account_device-over-means = It has no access to your account any more.
account_device-reported = You reported this device
account_device-reported-means = It is signed out, and the people who run this service were told.
account_device-reported-password = If somebody else allowed it in your name, they may know your password. Choose a new one: that signs out every other browser and device as well.
account_device-change-password = Change the password

account_device-facts = About this device
account_device-calls-itself = It calls itself
account_device-unknown = It does not say what it is.
account_device-address = Asked from
account_device-address-unknown = unknown network address
account_device-first-used = First used
account_device-last-used = Last used
account_device-ends = Signed in until
# $time: such as "2026-12-21 12:00 UTC".
account_device-ends-at-latest = { $time } ({ $within }) at the latest
account_device-unless-used = Unless used, until

account_device-rights = What it may do
account_device-no-rights = It has no rights. It only knows that you are signed in.
account_device-resources = It has access to:

account_device-name = Your name for it
account_device-name-hint = Up to 64 characters. Only you see it.
account_device-rename = Save the name
account_device-end = Sign it out
account_device-end-means = It loses its access at once. To use it again, start again on the device.
account_device-sign-out = Sign out this device
account_device-mine = You do not know this device?
account_device-mine-means = Say so. It is signed out at once, and the people who run this service are told where it came from.
account_device-report = I did not do this
