# What happened in somebody's account. Each is a whole sentence; $app is the name of an application.

account_activity-title = Recent activity
account_activity-heading = Recent activity
# $count: how many are shown.
account_activity-only = Only the latest { $count } are shown.

account_activity-allowed = You allowed { $app } to sign in on a device.
account_activity-denied = You denied { $app }.
account_activity-wrong-pins = A device sent a wrong PIN too often, so { $app } was not signed in.
account_activity-reported = You reported a device of { $app } that you did not know.
account_activity-device-signed-in = A device signed in with { $app }.
account_activity-device-signed-out = A device of { $app } was signed out.
account_activity-app-signed-out = All devices of { $app } were signed out.
account_activity-devices-signed-out = Your devices were signed out.
account_activity-misused = A device of { $app } was signed out, because its key was used twice. Somebody may have copied it.
account_activity-logged-in = You signed in.
account_activity-login-failed = Somebody tried to sign in with a wrong password.
account_activity-login-throttled = There were too many attempts to sign in. Signing in had to wait.
account_activity-login-locked = There were too many wrong passwords in a row. Signing in was locked.
account_activity-codes-locked = Too many wrong codes were entered. Entering codes had to wait.
account_activity-sessions-ended = You signed out another browser.
account_activity-password-changed = You changed your password.
account_activity-password-set = The people who run this service set a new password.
account_activity-signed-out-everywhere = You signed out everywhere.
account_activity-signed-out-by-operator = The people who run this service signed you out everywhere.
account_activity-disabled = The people who run this service switched your account off.
account_activity-enabled = The people who run this service switched your account on.
account_activity-unlocked = The people who run this service unlocked signing in.
account_activity-added = The people who run this service made your account.
