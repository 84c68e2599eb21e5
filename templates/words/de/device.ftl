device-message = Öffnen Sie zum Anmelden { $uri } in einem Browser und geben Sie den Code { $code } ein.
device-message-number = Öffnen Sie zum Anmelden { $uri } in einem Browser und geben Sie den Code { $code } ein. Die Seite fragt dann nach einer Zahl: Wählen Sie { $number }.
