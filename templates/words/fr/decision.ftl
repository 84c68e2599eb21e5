decision-title = Autoriser { $app } ?
decision-title-error = Erreur : Autoriser { $app } ?
decision-heading = Autoriser { $app } à se connecter en tant que { $account } ?
decision-checked = Vérifiée par ce service
decision-not-checked = Non vérifiée par ce service
decision-not-you = Ce n’est pas vous ? Utiliser un autre compte

decision-compare = Votre appareil doit afficher ce code
decision-code-lasts = Ce code est encore valable pendant { $lasts }.
decision-code-ends = Ce code est encore valable pendant moins d’une minute.

decision-rights = Ce que l’application pourra faire
decision-no-rights = Elle ne demande aucune donnée ni aucun droit. Elle saura seulement que votre session est ouverte.
decision-optional = Vous pouvez aussi autoriser ceci
decision-nothing-ticked = Cochez ce que vous souhaitez autoriser, puis choisissez « Autoriser ». Sinon, choisissez « Refuser ».
decision-offer-changed = Ce que cette application peut demander a changé. Vérifiez-le de nouveau.
decision-resource = Accès à : { $resource }
decision-access-lasts = Cet accès est valable pendant { $lasts }.
decision-stays-signed-in = L’appareil reste connecté pendant { $lasts } au maximum, même après votre déconnexion ici.
decision-stays-if-ticked = Cet accès est valable pendant { $lasts }. Si vous autorisez l’appareil à rester connecté, il le reste pendant { $stays } au maximum, même après votre déconnexion ici.

decision-origin = Origine de la demande

decision-warning = Quelqu’un vous a-t-il envoyé ce code ?
decision-warning-deny = Dans ce cas, choisissez « Refuser ». Aucune personne honnête ne vous envoie de code par e-mail, par messagerie ou par téléphone.
decision-warning-gives = Vous donnez à un autre appareil l’accès à votre compte.
decision-warning-only-if = Ne continuez que si vous avez vous-même commencé cette opération, sur un appareil qui se trouve devant vous.

decision-tick = Cet appareil est avec moi
decision-nothing-yet = Rien n’est encore autorisé.
decision-several-missing = Rien n’est encore autorisé, car il manque plusieurs réponses.
decision-tick-missing = Si l’appareil est avec vous, cochez la case, puis choisissez « Autoriser ». Sinon, choisissez « Refuser ».
decision-deny = Refuser
decision-approve = Autoriser
