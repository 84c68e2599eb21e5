# Wortwahl: Anrede „Sie“. code: Code, device: Gerät, app: App, account: Konto, allow und approve: zulassen, deny: ablehnen,
# sign in und log in: anmelden, sign out: abmelden, report: melden, operator und people who run this service: Betreiber dieses Dienstes.

frame-you-are-on = Sie sind auf { $host }
frame-terms = Nutzungsbedingungen
frame-privacy = Datenschutz
frame-support = Hilfe
frame-language = Sprache
frame-signed-in-as = Angemeldet als { $account }
frame-sign-out = Abmelden
frame-report = Das war ich nicht
frame-account = Ihr Konto
