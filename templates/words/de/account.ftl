account-title = Ihr Konto
account-heading = Ihr Konto
account-back = Zurück zu Ihrem Konto

account-done-password = Ihr Passwort ist geändert. Alle anderen Browser und alle Geräte sind abgemeldet.
account-done-name = Der Name ist gespeichert.
account-done-devices = Die Geräte sind abgemeldet.
account-done-browsers = Erledigt. Nur die unten aufgeführten Browser sind noch angemeldet.
account-done-taken-back = Zurückgenommen. Das Gerät erhält keinen Zugriff.
account-done-not-waiting = Dieses Gerät wartet nicht mehr. Wenn es sich angemeldet hat, steht es unten in der Liste, und Sie können es dort abmelden.

account-when = { $ago } ({ $time })
account-when-from = { $ago } ({ $time }), von { $address }
account-ago = { $ago }
account-ago-from = { $ago }, von { $address }
account-when-ahead = { $time } ({ $within })

account-apps = Apps und Geräte
account-apps-none = Mit Ihrem Konto ist kein Gerät angemeldet.
account-app-off = Diese App ist vorübergehend abgeschaltet. Geräte mit dieser App können nichts tun, bis sie wieder eingeschaltet ist.
account-device-unnamed = Gerät ohne Namen
account-own-name = „{ $name }“
account-device-used = Zuletzt verwendet { $ago }
account-device-used-from = Zuletzt verwendet { $ago }, angefragt von { $address }
account-device-waiting = Erlaubt { $ago }. Es ist angemeldet, sobald es das nächste Mal nachfragt.
account-device-take-back = Zurücknehmen
account-app-sign-out = { $count ->
    [one] { $count } Gerät von { $app } abmelden
   *[other] Alle { $count } Geräte von { $app } abmelden
}
account-devices-only = { $count ->
    [one] Nur das zuletzt verwendete Gerät wird angezeigt.
   *[other] Nur die { $count } zuletzt verwendeten Geräte werden angezeigt.
}
account-devices-sign-out = Alle Geräte abmelden

account-browsers = Browser
account-browser-unknown = Unbekannter Browser
account-browser-this = Diesen Browser verwenden Sie gerade.
account-browser-since = Angemeldet: { $ago }
account-browser-since-from = Angemeldet: { $ago }, von { $address }
account-browser-sign-out = Abmelden
account-browsers-sign-out = Alle anderen Browser abmelden

account-password = Passwort
account-password-set = Festgelegt: { $ago }
account-password-change = Passwort ändern

account-activity = Letzte Aktivitäten
account-activity-none = In letzter Zeit ist nichts geschehen.
account-activity-more = Weitere Aktivitäten

account-everywhere = Überall abmelden
account-everywhere-ends = Das beendet jede Sitzung, auch diese, und meldet jedes Gerät ab. Auch ein Gerät, das Sie gerade erst zugelassen haben, erhält keinen Zugriff.
account-everywhere-submit = Überall abmelden
