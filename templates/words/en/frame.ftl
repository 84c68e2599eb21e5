# What more than one page shows.

# $host: the name of this server, such as login.example.com. It is how people see whose page this is.
frame-you-are-on = You are on { $host }
# The line that opens the choice of a language.
frame-language = Language
# $account: the username of the person.
frame-signed-in-as = Signed in as { $account }
frame-sign-out = Sign out
# A button: denies what somebody else started in the person's name, and tells the operator.
frame-report = I did not start this
