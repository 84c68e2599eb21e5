# The page where somebody changes their own password.

account_password-title = Change the password
account_password-title-error = Error: Change the password
account_password-heading = Change the password
account_password-ends = A new password signs out every other browser and every device. This browser stays signed in.
account_password-current = Current password
account_password-new = New password
# $count: the least number of characters.
account_password-new-hint = At least { $count } characters. Several words that do not belong together are good.
account_password-again = New password, once more
account_password-submit = Change the password

account_password-wrong = The current password is wrong.
# $wait: when, such as "in 5 minutes".
account_password-too-many = There were too many attempts. Try again { $wait }.
# $count: the least number of characters.
account_password-too-short = The new password is too short. Use at least { $count } characters.
account_password-too-long = The new password is too long. Use at most 1024 bytes.
account_password-guessable = The new password is easy to guess. Choose one that is not a common word, name or pattern.
account_password-same = This is your password already. Choose another one.
account_password-not-repeated = The two new passwords are not the same. Type the new one twice.
