# The page on which a person approves or denies that a device signs in.

# $app: the name of the application on the device.
decision-title = Allow { $app }?
decision-title-error = Error: Allow { $app }?
# The question that Approve and Deny answer. $account: the username of the person.
decision-heading = Let { $app } sign in as { $account }?
decision-checked = Checked by this service
decision-not-checked = Not checked by this service
decision-not-you = Not you? Use another account

decision-compare = Your device must show this code
# $lasts: how long, such as "5 minutes".
decision-code-lasts = It can be used for another { $lasts }.
decision-code-ends = It can be used for less than a minute.

decision-rights = What it may do
decision-no-rights = It asks for no data and no rights. It only learns that you are signed in.
# Above boxes to tick, each with one right that may be left out.
decision-optional = You may allow this too
decision-nothing-ticked = Tick what you want to allow and approve, or choose Deny.
decision-offer-changed = What this application may ask for has changed. Look at it again.
# In the list of what it may do. $resource: what the operator calls something that keeps data, such as "Film library".
decision-resource = Access to { $resource }
# $lasts: how long, such as "10 minutes".
decision-access-lasts = This access lasts for { $lasts }.
# $lasts: how long, such as "30 days".
decision-stays-signed-in = The device stays signed in for up to { $lasts }, also after you sign out here.
# $lasts: how long without it, such as "10 minutes". $stays: how long with it, such as "30 days".
decision-stays-if-ticked = This access lasts for { $lasts }. If you let the device stay signed in, it does so for up to { $stays }, also after you sign out here.

decision-origin = Where the request came from

decision-warning = Did somebody send you this code?
decision-warning-deny = Then choose Deny. Nobody honest sends you a code by mail, chat or phone.
# Shown in strong letters.
decision-warning-gives = You are giving another device access to your account.
decision-warning-only-if = Go on only if you started this yourself, on a device in front of you.

decision-tick = This device is with me
# Before what is missing, where one answer is. What is missing follows as a sentence of its own.
decision-nothing-yet = Nothing is allowed yet.
# The same where more than one answer is missing.
decision-several-missing = Nothing is allowed yet, because several answers are missing.
decision-tick-missing = If the device is with you, tick the box and approve. If not, choose Deny.
decision-deny = Deny
decision-approve = Approve
