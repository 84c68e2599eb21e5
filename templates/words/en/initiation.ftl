# What a person carries between the device and the browser, where an application asks for it: a number that the device shows
# and the page asks for, and a PIN that the page shows and the device asks for.

initiation-number = Which number does your device show?
initiation-number-none = Does your device show no number, or none of these? Then it is another device that asks: choose Deny.
initiation-number-missing = Choose the number that your device shows, tick the box and approve. If it shows none of these, choose Deny.

initiation-title-pin = One more step
initiation-pin = Enter this PIN on your device
# $app: the name of the application on the device. $account: the username of the person.
initiation-pin-app = Then { $app } signs in as { $account }. Keep this page open until it has.
initiation-pin-warning = Did another person ask you for it?
initiation-pin-tell-nobody = Then choose Deny. Type it on your own device, and tell it to nobody by mail, chat or phone.

initiation-denied = The request was denied
# $app: the name of the application on the device.
initiation-wrong-number = That was not the number of your device, so { $app } gets no access to your account.
# $app: the name of the application on the device.
initiation-wrong-pins = A device sent a wrong PIN too often, so { $app } gets no access to your account.
initiation-denied-own = If it was your own device after all, start again on the device.
initiation-denied-beware = If somebody sent you the code, do not answer them.
