no_cookie-title = Cookies nötig
no_cookie-heading = Ihr Browser hat kein Cookie gesendet
no_cookie-reason = { $host } braucht ein Cookie, um Ihren Browser von einer Seite zur nächsten wiederzuerkennen, und Ihr Browser hat keines gesendet. Es wurde nichts geändert.
no_cookie-advice = Erlauben Sie in den Einstellungen Ihres Browsers Cookies für diese Website, und machen Sie dann weiter.
no_cookie-again = Wenn diese Seite noch einmal erscheint, drücken Sie die Taste noch einmal: Ihr Browser bekommt das Cookie mit dieser Seite.
