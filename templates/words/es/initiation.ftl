initiation-number = ¿Qué número muestra su dispositivo?
initiation-number-none = ¿Su dispositivo no muestra ningún número, o ninguno de estos? Entonces la solicitud viene de otro dispositivo: elija «Rechazar».
initiation-number-missing = Elija el número que muestra su dispositivo, marque la casilla y elija «Permitir». Si no muestra ninguno de estos, elija «Rechazar».

initiation-title-pin = Un paso más
initiation-pin = Introduzca este PIN en su dispositivo
initiation-pin-app = A continuación, { $app } inicia sesión como { $account }. Mantenga esta página abierta hasta entonces.
initiation-pin-warning = ¿Alguien le ha pedido este PIN?
initiation-pin-tell-nobody = En ese caso, elija «Rechazar». Introdúzcalo en su propio dispositivo y no se lo diga a nadie por correo electrónico, chat o teléfono.

initiation-denied = La solicitud se ha rechazado
initiation-wrong-number = Ese no era el número de su dispositivo, así que { $app } no obtiene acceso a su cuenta.
initiation-wrong-pins = Un dispositivo ha enviado un PIN incorrecto demasiadas veces, así que { $app } no obtiene acceso a su cuenta.
initiation-denied-own = Si al final era su propio dispositivo, empiece de nuevo en el dispositivo.
initiation-denied-beware = Si alguien le envió el código, no le responda.
