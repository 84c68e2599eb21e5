origin-asked = Ein Gerät, das sich „{ $device }“ nennt, hat { $ago } angefragt.
origin-asked-unknown = Ein Gerät, das keinen Namen nennt, hat { $ago } angefragt.
origin-same = Das Gerät ist im selben Netzwerk wie Sie.
origin-different = Das Gerät ist in einem anderen Netzwerk als Sie.
origin-unknown-families = Es lässt sich nicht feststellen, ob das Gerät im selben Netzwerk ist wie Sie, weil die beiden Netzwerkadressen von verschiedener Art sind (IPv4 und IPv6). Das kommt oft vor, auch zu Hause.
origin-unknown-inside = Es lässt sich nicht feststellen, ob das Gerät im selben Netzwerk ist wie Sie, weil eine der beiden Netzwerkadressen privat ist, wie sie in Firmen und zu Hause üblich sind.
origin-unknown-proxy = Es lässt sich nicht feststellen, ob das Gerät im selben Netzwerk ist wie Sie, weil dieser Dienst nur die Adresse seines eigenen Proxyservers sieht.
origin-addresses = Netzwerkadressen
origin-its-address = Netzwerkadresse des Geräts
origin-your-address = Ihre Netzwerkadresse

origin-far = Dieses Gerät ist nicht in Ihrem Netzwerk
origin-maybe-far = Dieses Gerät ist vielleicht nicht in Ihrem Netzwerk
origin-far-advice = Wer in Ihr Konto eindringen will, stellt die Anfrage aus der Ferne und schickt Ihnen den Code. Wenn Sie das Gerät nicht vor sich sehen, wählen Sie „Ablehnen“.
origin-tick = Ich weiß, warum es in einem anderen Netzwerk ist, etwa Mobilfunk, Firmennetz oder VPN
origin-tick-missing = Wenn Sie wissen, warum das Gerät in einem anderen Netzwerk ist, setzen Sie das Häkchen und wählen Sie „Zulassen“. Wenn nicht, wählen Sie „Ablehnen“.
origin-tick-unknown = Ich habe dies selbst begonnen, auch wenn das Gerät vielleicht in einem anderen Netzwerk ist
origin-tick-unknown-missing = Wenn Sie dies selbst begonnen haben, setzen Sie das Häkchen und wählen Sie „Zulassen“. Wenn nicht, wählen Sie „Ablehnen“.

origin-type-code = Geben Sie den Code Ihres Geräts ein
origin-type-code-why = Ein Link oder ein Bild hat Sie hierher geführt. Das genügt für dieses Gerät nicht: Lesen Sie den Code auf dem Bildschirm des Geräts ab und geben Sie ihn ein. Wenn Ihnen jemand den Link geschickt hat, wählen Sie „Ablehnen“.
origin-type-code-go = Code eingeben

origin-not-here = Von hier aus können Sie dies nicht zulassen
origin-not-here-why = Dieses Gerät kann nur aus seinem eigenen Netzwerk zugelassen werden. Wenn es bei Ihnen ist, verbinden Sie sich mit demselben Netzwerk, ohne Mobilfunk und ohne VPN, und öffnen Sie diese Seite noch einmal. Wenn Sie dies nicht begonnen haben, wählen Sie „Ablehnen“.
origin-not-here-again = Seite neu öffnen
