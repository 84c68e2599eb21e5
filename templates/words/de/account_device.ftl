account_device-title = { $name }, { $app }
account_device-title-own = „{ $name }“, { $app }
account_device-title-unnamed = Gerät ohne Namen, { $app }
account_device-unnamed = Gerät ohne Namen
account_device-of = Angemeldet mit { $app }
account_device-was-of = Es war mit { $app } angemeldet

account_device-over = Dieses Gerät ist abgemeldet
account_device-over-means = Es hat keinen Zugriff mehr auf Ihr Konto.
account_device-reported = Sie haben dieses Gerät gemeldet
account_device-reported-means = Es ist abgemeldet, und der Betreiber dieses Dienstes wurde benachrichtigt.
account_device-reported-password = Wenn jemand anderes es in Ihrem Namen zugelassen hat, kennt diese Person vielleicht Ihr Passwort. Wählen Sie ein neues: Dadurch werden auch alle anderen Browser und Geräte abgemeldet.
account_device-change-password = Passwort ändern

account_device-facts = Über dieses Gerät
account_device-calls-itself = Es nennt sich
account_device-unknown = Es sagt nicht, was es ist.
account_device-address = Angefragt von
account_device-address-unknown = unbekannte Netzwerkadresse
account_device-first-used = Zuerst verwendet
account_device-last-used = Zuletzt verwendet
account_device-ends = Angemeldet bis
account_device-ends-at-latest = spätestens { $time } ({ $within })
account_device-unless-used = Ohne Verwendung bis

account_device-rights = Was es darf
account_device-no-rights = Es hat keine Rechte. Es weiß nur, dass Sie angemeldet sind.
account_device-resources = Es hat Zugriff auf:

account_device-name = Ihr Name für das Gerät
account_device-name-hint = Bis zu 64 Zeichen. Nur Sie sehen ihn.
account_device-rename = Namen speichern
account_device-end = Gerät abmelden
account_device-end-means = Es verliert seinen Zugriff sofort. Um es wieder zu verwenden, beginnen Sie am Gerät von vorn.
account_device-sign-out = Dieses Gerät abmelden
account_device-mine = Sie kennen dieses Gerät nicht?
account_device-mine-means = Melden Sie es. Es wird sofort abgemeldet, und der Betreiber dieses Dienstes erfährt, woher es kam.
account_device-report = Das war ich nicht
