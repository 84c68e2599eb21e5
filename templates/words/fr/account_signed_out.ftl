account_signed_out-title = Déconnexion effectuée
account_signed_out-heading = Votre session est fermée
account_signed_out-means = Aucune session n’est ouverte dans ce navigateur. Si vous avez choisi de vous déconnecter partout, tous les autres navigateurs et tous les appareils sont également déconnectés.
account_signed_out-log-in = Se connecter
