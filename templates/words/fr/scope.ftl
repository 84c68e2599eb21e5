scope-openid = Savoir qui vous êtes
scope-profile = Voir votre nom et votre nom d’utilisateur
scope-email = Voir votre adresse e-mail
scope-offline-access = Rester connectée en votre absence
