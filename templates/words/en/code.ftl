# The page where a person types the code that a device shows, or goes on with the code of a link.

# Titles of the window.
code-title = Enter the code
code-title-link = Go on with this code
code-title-error = Error: Enter the code

# The code came by a link or a QR code.
code-link-heading = Go on with this code?
code-link-compare = The link or picture that you opened brought this code. You compare it with your device before anything is allowed.
code-link-go-on = Go on
code-link-other = My device shows another code
code-link-distrust = Then do not trust the link or picture that brought you here. Look at the device that you want to sign in, and type its own code.
code-link-use = Use this code

# The code is typed.
code-heading = Enter the code
code-explanation = Sign in a television, a terminal or another device with the code that it shows.
code-label = Code
code-hint = Look for the code on the screen of your device.
# Below the field, each before a line to write on for each character of a code. Codes may be longer than that.
code-letters = Letters, for example like this:
code-digits = Digits, for example like this:
code-letters-digits = Letters and digits, for example like this:
# What a screen reader says in place of a group of such lines.
code-group = { $count ->
    [one] { $count } character
   *[other] { $count } characters
}
code-continue = Continue

# For somebody who would rather go on with the phone: the line that unfolds a QR code, and the words beside it.
code-phone = Rather on your phone?
# $address: the address of this page without https://, such as login.example.com/device.
code-phone-scan = Scan this with the camera of your phone. It opens { $address }, and you type the code there.
# What a screen reader says in place of the QR code.
code-phone-picture = QR code of the address of this page

# Why a code leads nowhere.
code-empty = Type the code that your device shows.
code-unknown = This code does not work. Compare it with your device. If it is right, it may be too old: start again on the device.
# $wait: when, such as "in 5 minutes".
code-too-many = There were too many wrong codes. Try again { $wait }.
# Not by this person, and they can do nothing about it. $wait: when, such as "in 5 minutes".
code-closed = Many wrong codes are being typed here. So that nobody can guess yours, no code is accepted now. Try again { $wait }. Your device may have to start again by then.
