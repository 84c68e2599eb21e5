initiation-number = Quel nombre votre appareil affiche-t-il ?
initiation-number-none = Votre appareil n’affiche aucun nombre, ou aucun de ceux-ci ? La demande vient alors d’un autre appareil : choisissez « Refuser ».
initiation-number-missing = Choisissez le nombre affiché sur votre appareil, cochez la case, puis choisissez « Autoriser ». S’il n’en affiche aucun, choisissez « Refuser ».

initiation-title-pin = Encore une étape
initiation-pin = Saisissez ce code PIN sur votre appareil
initiation-pin-app = Ensuite, { $app } se connecte en tant que { $account }. Gardez cette page ouverte jusque-là.
initiation-pin-warning = Quelqu’un vous a-t-il demandé ce code PIN ?
initiation-pin-tell-nobody = Dans ce cas, choisissez « Refuser ». Saisissez-le sur votre propre appareil et ne le communiquez à personne, ni par e-mail, ni par messagerie, ni par téléphone.

initiation-denied = La demande a été refusée
initiation-wrong-number = Ce n’était pas le nombre affiché sur votre appareil : { $app } n’obtient donc aucun accès à votre compte.
initiation-wrong-pins = Un appareil a envoyé trop de codes PIN erronés : { $app } n’obtient donc aucun accès à votre compte.
initiation-denied-own = Si c’était finalement votre propre appareil, recommencez sur l’appareil.
initiation-denied-beware = Si quelqu’un vous a envoyé le code, ne lui répondez pas.
