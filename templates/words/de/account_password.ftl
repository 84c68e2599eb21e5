account_password-title = Passwort ändern
account_password-title-error = Fehler: Passwort ändern
account_password-heading = Passwort ändern
account_password-ends = Ein neues Passwort meldet jeden anderen Browser und jedes Gerät ab. Dieser Browser bleibt angemeldet.
account_password-current = Aktuelles Passwort
account_password-new = Neues Passwort
account_password-new-hint = Mindestens { $count } Zeichen. Gut sind mehrere Wörter, die nicht zusammengehören.
account_password-again = Neues Passwort wiederholen
account_password-submit = Passwort ändern

account_password-wrong = Das aktuelle Passwort ist falsch.
account_password-too-many = Es gab zu viele Versuche. Versuchen Sie es { $wait } noch einmal.
account_password-too-short = Das neue Passwort ist zu kurz. Verwenden Sie mindestens { $count } Zeichen.
account_password-too-long = Das neue Passwort ist zu lang. Verwenden Sie höchstens 1024 Byte.
account_password-guessable = Das neue Passwort ist leicht zu erraten. Wählen Sie eines, das kein gängiges Wort, kein Name und kein Muster ist.
account_password-same = Das ist bereits Ihr Passwort. Wählen Sie ein anderes.
account_password-not-repeated = Die beiden neuen Passwörter stimmen nicht überein. Geben Sie das neue Passwort zweimal ein.
