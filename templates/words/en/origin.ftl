# The part of the decision page that says where the request came from, and what follows from it.

# $device: a short name that the device gives itself, such as "Android TV". It is not proven. $ago: such as "5 minutes ago".
origin-asked = A device that calls itself “{ $device }” asked { $ago }.
origin-asked-unknown = A device that gives no name asked { $ago }.
origin-same = The device is in the same network as you.
# Shown in strong letters.
origin-different = The device is in another network than you.
# Why it cannot be told.
origin-unknown-families = It cannot be told whether the device is in the same network as you, because the two network addresses are of different kinds (IPv4 and IPv6). That is common, at home too.
origin-unknown-inside = It cannot be told whether the device is in the same network as you, because one of the two network addresses is private, as inside a company or a home.
origin-unknown-proxy = It cannot be told whether the device is in the same network as you, because this service sees only the address of its own proxy server.
# The line that unfolds the two below it.
origin-addresses = Network addresses
origin-its-address = Its network address
origin-your-address = Your network address

origin-far = This device is not in your network
origin-maybe-far = This device may not be in your network
origin-far-advice = Who wants to get into your account asks from far away, and sends you the code. If you do not see the device in front of you, choose Deny.
# The label of a box to tick. "It" is the device.
origin-tick = I know why it is in another network, such as mobile data, work or a VPN
origin-tick-missing = If you know why the device is in another network, tick the box and approve. If not, choose Deny.
# The same where the networks cannot be compared. "This" is the request.
origin-tick-unknown = I started this myself, although the device may be in another network
origin-tick-unknown-missing = If you started this yourself, tick the box and approve. If not, choose Deny.

origin-type-code = Type the code of your device
origin-type-code-why = A link or a picture brought you here. That is not enough for this device: read the code from its own screen and type it. If somebody sent you the link, choose Deny.
origin-type-code-go = Type the code

origin-not-here = You cannot allow this from here
origin-not-here-why = This device can only be allowed from its own network. If it is with you, connect to the same network, without mobile data and without a VPN, and open this page again. If you did not start this, choose Deny.
origin-not-here-again = Open this page again
