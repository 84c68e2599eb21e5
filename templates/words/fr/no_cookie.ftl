no_cookie-title = Cookies nécessaires
no_cookie-heading = Votre navigateur n’a envoyé aucun cookie
no_cookie-reason = { $host } a besoin d’un cookie pour reconnaître votre navigateur d’une page à l’autre, et votre navigateur n’en a envoyé aucun. Rien n’a été modifié.
no_cookie-advice = Autorisez les cookies de ce site dans les réglages de votre navigateur, puis continuez.
no_cookie-again = Si cette page revient une fois, appuyez de nouveau sur le bouton : votre navigateur reçoit le cookie avec cette page.
