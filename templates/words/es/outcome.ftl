outcome-title-approved = Listo
outcome-title-signed-in = Sesión iniciada
outcome-title-too-late = Demasiado tarde
outcome-title-signed-out = Sesión cerrada
outcome-title-reported = Aviso recibido
outcome-title-denied = Rechazado
outcome-title-expired = Caducado

outcome-approved = Listo. Vuelva a su dispositivo
outcome-approved-app = { $app } ya puede iniciar sesión como { $account }. Puede cerrar esta ventana.
outcome-approved-still = Todavía puede cambiar de opinión hasta que el dispositivo haya iniciado sesión.
outcome-deny = Rechazar

outcome-signed-in = Su dispositivo ha iniciado sesión
outcome-signed-in-app = { $app } ha iniciado sesión como { $account }. Puede cerrar esta ventana.
outcome-signed-in-still = Si ha cambiado de opinión, puede cerrar la sesión del dispositivo.
outcome-remove = Quitar este dispositivo

outcome-too-late = Es demasiado tarde para rechazar: el dispositivo ya ha iniciado sesión
outcome-too-late-app = { $app } ha iniciado sesión como { $account }. Para retirarle el acceso, quite el dispositivo.

outcome-signed-out = Se ha cerrado la sesión del dispositivo
outcome-signed-out-app = { $app } ya no puede usar su cuenta. Puede cerrar esta ventana.
outcome-signed-out-again = Si aun así quiere usarlo, empiece de nuevo en el dispositivo.

outcome-reported = Hemos recibido su aviso
outcome-reported-told = Se ha avisado a los responsables de este servicio. Gracias.
outcome-reported-denied = La solicitud se ha rechazado: { $app } no obtiene acceso a su cuenta.
outcome-reported-signed-out = Se ha cerrado la sesión del dispositivo: { $app } ya no puede usar su cuenta. Hasta ahora sí podía, así que busque cualquier cosa que no haya hecho usted.
outcome-reported-sender = Si alguien le envió el código, no le responda. Nadie honrado hace eso.

outcome-denied = Ha rechazado la solicitud
outcome-denied-app = { $app } no obtiene acceso a su cuenta. Puede cerrar esta ventana.
outcome-denied-own = Si al final era su propio dispositivo, empiece de nuevo en el dispositivo.

outcome-expired = El código ha caducado
outcome-expired-again = No se ha permitido nada. Empiece de nuevo en el dispositivo: mostrará un código nuevo.

outcome-another-code = Introducir otro código
outcome-account = Ver todas las sesiones iniciadas con su cuenta
