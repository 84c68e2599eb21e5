origin-asked = Un appareil qui se présente comme « { $device } » a envoyé la demande { $ago }.
origin-asked-unknown = Un appareil qui ne donne pas de nom a envoyé la demande { $ago }.
origin-same = L’appareil est sur le même réseau que vous.
origin-different = L’appareil est sur un autre réseau que vous.
origin-unknown-families = Il est impossible de savoir si l’appareil est sur le même réseau que vous, car les deux adresses réseau ne sont pas du même type (IPv4 et IPv6). C’est fréquent, même à la maison.
origin-unknown-inside = Il est impossible de savoir si l’appareil est sur le même réseau que vous, car l’une des deux adresses réseau est privée, comme celles qui servent à l’intérieur d’une entreprise ou d’un domicile.
origin-unknown-proxy = Il est impossible de savoir si l’appareil est sur le même réseau que vous, car ce service ne voit que l’adresse de son propre serveur proxy.
origin-addresses = Adresses réseau
origin-its-address = Adresse réseau de l’appareil
origin-your-address = Votre adresse réseau

origin-far = Cet appareil n’est pas sur votre réseau
origin-maybe-far = Cet appareil n’est peut-être pas sur votre réseau
origin-far-advice = Quiconque veut s’introduire dans votre compte fait la demande à distance et vous envoie le code. Si vous ne voyez pas l’appareil devant vous, choisissez « Refuser ».
origin-tick = Je sais pourquoi il est sur un autre réseau, par exemple données mobiles, réseau professionnel ou VPN
origin-tick-missing = Si vous savez pourquoi l’appareil est sur un autre réseau, cochez la case, puis choisissez « Autoriser ». Sinon, choisissez « Refuser ».
origin-tick-unknown = J’ai moi-même commencé cette opération, même si l’appareil est peut-être sur un autre réseau
origin-tick-unknown-missing = Si vous avez vous-même commencé cette opération, cochez la case, puis choisissez « Autoriser ». Sinon, choisissez « Refuser ».

origin-type-code = Saisissez le code de votre appareil
origin-type-code-why = Cette page a été ouverte par un lien ou une image. Cela ne suffit pas pour cet appareil : lisez le code sur son propre écran et saisissez-le. Si quelqu’un vous a envoyé le lien, choisissez « Refuser ».
origin-type-code-go = Saisir le code

origin-not-here = Vous ne pouvez pas autoriser cet appareil d’ici
origin-not-here-why = Cet appareil ne peut être autorisé que depuis son propre réseau. S’il est avec vous, connectez-vous au même réseau, sans données mobiles et sans VPN, puis rouvrez cette page. Si vous n’avez pas commencé cette opération, choisissez « Refuser ».
origin-not-here-again = Rouvrir cette page
