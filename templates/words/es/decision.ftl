decision-title = ¿Permitir { $app }?
decision-title-error = Error: ¿Permitir { $app }?
decision-heading = ¿Permitir que { $app } inicie sesión como { $account }?
decision-checked = Revisada por el servicio
decision-not-checked = No revisada por el servicio
decision-not-you = ¿No es usted? Usar otra cuenta

decision-compare = Su dispositivo debe mostrar este código
decision-code-lasts = El código es válido durante { $lasts } más.
decision-code-ends = El código es válido durante menos de un minuto más.

decision-rights = Qué podrá hacer la aplicación
decision-no-rights = No pide datos ni permisos. Solo sabrá que usted ha iniciado sesión.
decision-optional = También puede permitir esto
decision-nothing-ticked = Marque lo que quiera permitir y elija «Permitir», o elija «Rechazar».
decision-offer-changed = Lo que esta aplicación puede pedir ha cambiado. Revíselo de nuevo.
decision-resource = Acceso a: { $resource }
decision-access-lasts = Este acceso es válido durante { $lasts }.
decision-stays-signed-in = El dispositivo mantiene la sesión iniciada durante un máximo de { $lasts }, incluso después de que usted cierre sesión aquí.
decision-stays-if-ticked = Este acceso es válido durante { $lasts }. Si permite que el dispositivo mantenga la sesión iniciada, lo hará durante un máximo de { $stays }, incluso después de que usted cierre sesión aquí.

decision-origin = De dónde viene la solicitud

decision-warning = ¿Alguien le ha enviado este código?
decision-warning-deny = En ese caso, elija «Rechazar». Nadie honrado le envía un código por correo electrónico, chat o teléfono.
decision-warning-gives = Está dando a otro dispositivo acceso a su cuenta.
decision-warning-only-if = Continúe solo si fue usted quien inició esta solicitud, en un dispositivo que tiene delante.

decision-tick = Tengo este dispositivo conmigo
decision-nothing-yet = Todavía no se ha permitido nada.
decision-several-missing = Todavía no se ha permitido nada, porque faltan varias respuestas.
decision-tick-missing = Si tiene el dispositivo con usted, marque la casilla y elija «Permitir». Si no, elija «Rechazar».
decision-deny = Rechazar
decision-approve = Permitir
