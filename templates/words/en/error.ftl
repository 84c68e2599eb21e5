# What is shown when there is no other page.

error-malformed-title = Not understood
error-malformed = This was not understood
error-malformed-reason = The form that arrived is not one of ours. Nothing was changed.

error-too-slow-title = Too slow
error-too-slow = Your form did not arrive
error-too-slow-reason = It took too long on its way here. Nothing was changed. Try again, with a better connection if you can.

error-misdirected-title = Another address
error-misdirected = This is not the address that you asked for
# $host: the name of this server, such as login.example.com.
error-misdirected-reason = You are at { $host } by another name. Nothing was changed.

error-stale-title = Page too old
error-stale = This page is too old
error-stale-reason = It was open for too long, or it was opened elsewhere. Nothing was changed.

error-not-found-title = Page not found
error-not-found = This page does not exist
error-not-found-reason = The address is wrong, or what was here is over.

error-method-title = Not possible here
error-method = That is not possible here
error-method-reason = The page exists, but it cannot be used in this way.

error-other-account-title = Another account
error-other-account = You are using another account now
error-other-account-reason = The account in this browser has changed since the page was opened. Nothing was changed.

error-held-title = Not at the moment
error-held = This cannot be approved at the moment
error-held-reason = Requests like this one are being looked into, because many people received them. Nothing was approved.
error-held-advice = Did somebody send you the code, in a message or on the phone? Then it is not your device: open the page again and deny it. If it is your own device, try again later.

error-unavailable-title = Not available
error-unavailable = Not available at the moment
error-unavailable-reason = A part of this service does not answer. Nothing was changed. Try again in a minute.

error-internal-title = Something went wrong
error-internal = Something went wrong
error-internal-reason = The fault is ours. Try again, and if it stays, tell the people who run this service.

error-same-page = Open the page again
error-another-account = Use another account
error-enter-code = Enter a code
# What follows are letters and digits by which the operator finds the event in the log.
error-reference = Reference:
