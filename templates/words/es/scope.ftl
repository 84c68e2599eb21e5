scope-openid = Saber quién es usted
scope-profile = Ver su nombre y su nombre de usuario
scope-email = Ver su dirección de correo electrónico
scope-offline-access = Mantener la sesión iniciada cuando usted no esté
