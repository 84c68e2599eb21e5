account_activity-title = Letzte Aktivitäten
account_activity-heading = Letzte Aktivitäten
account_activity-only = { $count ->
    [one] Nur die letzte wird angezeigt.
   *[other] Nur die letzten { $count } werden angezeigt.
}

account_activity-allowed = Sie haben die Anmeldung von { $app } auf einem Gerät zugelassen.
account_activity-denied = Sie haben { $app } abgelehnt.
account_activity-wrong-pins = Ein Gerät hat zu oft eine falsche PIN gesendet. Deshalb wurde { $app } nicht angemeldet.
account_activity-reported = Sie haben ein Gerät von { $app } gemeldet, das Sie nicht kannten.
account_activity-device-signed-in = Ein Gerät hat sich mit { $app } angemeldet.
account_activity-device-signed-out = Ein Gerät von { $app } wurde abgemeldet.
account_activity-app-signed-out = Alle Geräte von { $app } wurden abgemeldet.
account_activity-devices-signed-out = Ihre Geräte wurden abgemeldet.
account_activity-misused = Ein Gerät von { $app } wurde abgemeldet, weil sein Schlüssel zweimal verwendet wurde. Möglicherweise hat ihn jemand kopiert.
account_activity-logged-in = Sie haben sich angemeldet.
account_activity-login-failed = Jemand hat versucht, sich mit einem falschen Passwort anzumelden.
account_activity-login-throttled = Es gab zu viele Anmeldeversuche. Die Anmeldung musste warten.
account_activity-login-locked = Es gab zu viele falsche Passwörter hintereinander. Die Anmeldung wurde gesperrt.
account_activity-codes-locked = Es wurden zu viele falsche Codes eingegeben. Die Eingabe von Codes musste warten.
account_activity-sessions-ended = Sie haben einen anderen Browser abgemeldet.
account_activity-password-changed = Sie haben Ihr Passwort geändert.
account_activity-password-set = Der Betreiber dieses Dienstes hat ein neues Passwort festgelegt.
account_activity-signed-out-everywhere = Sie haben sich überall abgemeldet.
account_activity-signed-out-by-operator = Der Betreiber dieses Dienstes hat Sie überall abgemeldet.
account_activity-disabled = Der Betreiber dieses Dienstes hat Ihr Konto abgeschaltet.
account_activity-enabled = Der Betreiber dieses Dienstes hat Ihr Konto eingeschaltet.
account_activity-unlocked = Der Betreiber dieses Dienstes hat die Anmeldung entsperrt.
account_activity-added = Der Betreiber dieses Dienstes hat Ihr Konto angelegt.
