error-malformed-title = No se ha entendido
error-malformed = No se ha entendido la solicitud
error-malformed-reason = El formulario recibido no es uno de los nuestros. No se ha cambiado nada.

error-too-slow-title = Demasiado lento
error-too-slow = Su formulario no ha llegado
error-too-slow-reason = El envío ha tardado demasiado. No se ha cambiado nada. Inténtelo de nuevo, a ser posible con una conexión mejor.

error-misdirected-title = Otra dirección
error-misdirected = Esta no es la dirección que ha solicitado
error-misdirected-reason = Ha llegado a { $host } con otro nombre. No se ha cambiado nada.

error-stale-title = Página caducada
error-stale = Esta página ha caducado
error-stale-reason = Estuvo abierta demasiado tiempo o se abrió en otro lugar. No se ha cambiado nada.

error-not-found-title = Página no encontrada
error-not-found = Esta página no existe
error-not-found-reason = La dirección es incorrecta, o lo que había aquí ya ha terminado.

error-method-title = No es posible aquí
error-method = Eso no es posible aquí
error-method-reason = La página existe, pero no se puede usar de esta manera.

error-other-account-title = Otra cuenta
error-other-account = Ahora está usando otra cuenta
error-other-account-reason = La cuenta de este navegador ha cambiado desde que se abrió la página. No se ha cambiado nada más.

error-held-title = No es posible por ahora
error-held = Por ahora no se puede permitir esta solicitud
error-held-reason = Se están investigando solicitudes como esta porque muchas personas las han recibido. No se ha permitido nada.
error-held-advice = ¿Alguien le ha enviado el código en un mensaje o por teléfono? Entonces no es su dispositivo: abra de nuevo la página y rechace la solicitud. Si es su propio dispositivo, inténtelo más tarde.

error-unavailable-title = No disponible
error-unavailable = No disponible en este momento
error-unavailable-reason = Una parte de este servicio no responde. No se ha cambiado nada. Inténtelo de nuevo dentro de un minuto.

error-internal-title = Se ha producido un error
error-internal = Se ha producido un error
error-internal-reason = El error es nuestro. Inténtelo de nuevo y, si continúa, avise a los responsables de este servicio.

error-same-page = Abrir la página de nuevo
error-another-account = Usar otra cuenta
error-enter-code = Introducir un código
error-reference = Referencia:
