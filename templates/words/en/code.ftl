# The page where a person types the code that a device shows, or compares it with the device.

# Titles of the window.
code-title = Enter the code
code-title-compare = Compare the code
code-title-error = Error: Enter the code

# The code came by a link or a QR code.
code-compare-heading = Is this the code on your device?
code-compare-check = Check that this is exactly the code on your device.
code-compare-same = It is the same code
code-compare-different = It is different
code-compare-distrust = Then do not trust the link or picture that brought you here. Look at the device that you want to sign in, and type its own code.
code-compare-use = Use this code

# The code is typed.
code-heading = Enter the code
code-explanation = Sign in a television, a terminal or another device with the code that it shows.
code-label = Code
code-hint = Look for the code on the screen of your device.
code-continue = Continue

# Why a code leads nowhere.
code-empty = Type the code that your device shows.
code-unknown = This code does not work. Compare it with your device. If it is right, it may be too old: start again on the device.
# $wait: when, such as "in 5 minutes".
code-too-many = There were too many wrong codes. Try again { $wait }.
