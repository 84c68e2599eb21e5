# What a device prints that shows its person one text and nothing else.

# $uri: the page where the code is typed. $code: the code.
device-message = To sign in, open { $uri } in a browser and enter the code { $code }.
# $number: two digits, which the page shows among others.
device-message-number = To sign in, open { $uri } in a browser and enter the code { $code }. The page then asks for a number: choose { $number }.
