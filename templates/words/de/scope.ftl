scope-openid = Erfahren, wer Sie sind
scope-profile = Ihren Namen und Benutzernamen sehen
scope-email = Ihre E-Mail-Adresse sehen
scope-offline-access = Angemeldet bleiben, wenn Sie nicht da sind
