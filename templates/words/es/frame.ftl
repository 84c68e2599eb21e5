# Vocabulario: tratamiento de usted. code: código, device: dispositivo, app: aplicación, account: cuenta, allow y approve: permitir,
# deny: rechazar, sign in y log in: iniciar sesión, sign out: cerrar sesión, report: avisar, operator: los responsables de este servicio.

frame-you-are-on = Está en { $host }
frame-terms = Condiciones
frame-privacy = Privacidad
frame-support = Ayuda
frame-language = Idioma
frame-signed-in-as = Sesión iniciada como { $account }
frame-sign-out = Cerrar sesión
frame-report = Yo no inicié esto
frame-account = Su cuenta
