# What became of a request, once it was decided or is over.

outcome-title-approved = Done
outcome-title-signed-in = Signed in
outcome-title-too-late = Too late to deny
outcome-title-signed-out = Signed out
outcome-title-reported = Reported
outcome-title-denied = Denied
outcome-title-expired = Expired

outcome-approved = Done. Go back to your device
# $app: the name of the application on the device. $account: the username of the person.
outcome-approved-app = { $app } may now sign in as { $account }. You can close this window.
outcome-approved-still = You can still change your mind, until the device has signed in.
outcome-deny = Deny

outcome-signed-in = Your device is signed in
outcome-signed-in-app = { $app } is signed in as { $account }. You can close this window.
outcome-signed-in-still = If you have changed your mind, you can sign it out again.
outcome-remove = Remove this device

# Somebody pressed Deny, but the device had signed in before.
outcome-too-late = Too late to deny: the device is already signed in
outcome-too-late-app = { $app } is signed in as { $account }. To end its access, remove the device.

outcome-signed-out = The device is signed out
outcome-signed-out-app = { $app } cannot use your account any more. You can close this window.
outcome-signed-out-again = If you want to use it after all, start again on the device.

# The person said that they did not start the request.
outcome-reported = It is reported
outcome-reported-told = The people who run this service have been told. Thank you.
outcome-reported-denied = The request is denied: { $app } gets no access to your account.
outcome-reported-signed-out = The device is signed out: { $app } cannot use your account any more. Until now it could, so look for what you did not do yourself.
outcome-reported-sender = If somebody sent you the code, do not answer them. Nobody honest sends you a code.

outcome-denied = You denied the request
outcome-denied-app = { $app } gets no access to your account. You can close this window.
outcome-denied-own = If it was your own device after all, start again on the device.

outcome-expired = The code has expired
outcome-expired-again = Nothing was allowed. Start again on the device: it will show a new code.

outcome-another-code = Enter another code
outcome-account = See everything that is signed in with your account
