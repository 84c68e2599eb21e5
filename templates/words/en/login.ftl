# The page where a person signs in. One term for people and devices, because people compare what pages, buttons and devices
# say: both sign in and sign out, and both are signed in.

login-title = Sign in
login-title-error = Error: Sign in
login-heading = Sign in
login-to-go-on = Sign in to go on.
login-code-kept = Your code is kept. You do not need to type it again.
login-again = You signed in a while ago. Sign in again, so that nobody else can decide for you. Your code is kept.
login-too-many-codes = There were too many wrong codes. Sign in again to enter another one.
# $wait: when, such as "in 5 minutes".
login-too-many-codes-wait = There were too many wrong codes. Sign in again. You can enter another code { $wait }.
# Leads to signing in as somebody else, with the same code.
login-not-you = Not you? Use another account
login-account = Sign in to see your account.
login-account-again = You signed in a while ago. Sign in again, so that nobody else can do this for you. Nothing was changed yet.
login-username = Username
login-password = Password
login-submit = Sign in
# What follows the form: the second is a link to the help that the operator offers, the first stands where there is none.
login-forgotten = Forgot your password? Ask the people who run this service.
login-forgotten-help = Forgot your password? Get help
login-wrong = The username or the password is wrong.
# $wait: when, such as "in 5 minutes".
login-too-many = There were too many attempts. Try again { $wait }.
# After so many wrong passwords that no time helps any more; the second is a link to the help that the operator offers.
login-locked = There were too many wrong passwords for this username, so it is locked. Ask the people who run this service to unlock it.
login-locked-help = Ask for help
