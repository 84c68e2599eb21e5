origin-asked = Un appareil qui se présente comme « { $device } » a envoyé la demande { $ago }.
origin-asked-unknown = Un appareil qui ne donne pas de nom a envoyé la demande { $ago }.
origin-same = L’appareil est sur le même réseau que vous.
origin-different = L’appareil est sur un autre réseau que vous.
origin-unknown = Il est impossible de savoir si l’appareil est sur le même réseau que vous.
origin-addresses = Adresses réseau
origin-its-address = Adresse réseau de l’appareil
origin-your-address = Votre adresse réseau

origin-far = Cet appareil n’est pas sur votre réseau
origin-maybe-far = Cet appareil n’est peut-être pas sur votre réseau
origin-far-advice = Quiconque veut s’introduire dans votre compte fait la demande à distance et vous envoie le code. Si vous ne voyez pas l’appareil devant vous, choisissez « Refuser ».
origin-tick = Je sais pourquoi il est sur un autre réseau, par exemple données mobiles, réseau professionnel ou VPN
origin-tick-missing = Rien n’est encore autorisé. Si vous savez pourquoi l’appareil est sur un autre réseau, cochez la case, puis choisissez « Autoriser ». Sinon, choisissez « Refuser ».

origin-type-code = Saisissez le code de votre appareil
origin-type-code-why = Cette page a été ouverte par un lien ou une image. Cela ne suffit pas pour cet appareil : lisez le code sur son propre écran et saisissez-le. Si quelqu’un vous a envoyé le lien, choisissez « Refuser ».
origin-type-code-go = Saisir le code

origin-not-here = Vous ne pouvez pas autoriser cet appareil d’ici
origin-not-here-why = Cet appareil ne peut être autorisé que depuis son propre réseau. S’il est avec vous, connectez-vous au même réseau, sans données mobiles et sans VPN, puis rouvrez cette page. Si vous n’avez pas commencé cette opération, choisissez « Refuser ».
origin-not-here-again = Rouvrir cette page
