# What became of a request, once it was decided or is over.

outcome-title-approved = Done
outcome-title-signed-in = Signed in
outcome-title-denied = Denied
outcome-title-expired = Expired

outcome-approved = Done. Go back to your device
# $app: the name of the application on the device. $account: the username of the person.
outcome-approved-app = { $app } may now sign in as { $account }. You can close this window.
outcome-approved-still = You can still change your mind, until the device has signed in.
outcome-deny = Deny

outcome-signed-in = Your device is signed in
outcome-signed-in-app = { $app } is signed in as { $account }. You can close this window.

outcome-denied = You denied the request
outcome-denied-app = { $app } gets no access to your account. You can close this window.
outcome-denied-own = If it was your own device after all, start again on the device.

outcome-expired = The code has expired
outcome-expired-again = Nothing was allowed. Start again on the device: it will show a new code.

outcome-another-code = Enter another code
outcome-account = See everything that is signed in with your account
