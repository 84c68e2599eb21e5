origin-asked = Un dispositivo que se identifica como «{ $device }» lo solicitó { $ago }.
origin-asked-unknown = Un dispositivo que no indica ningún nombre lo solicitó { $ago }.
origin-same = El dispositivo está en la misma red que usted.
origin-different = El dispositivo está en una red distinta de la suya.
origin-unknown-families = No se puede saber si el dispositivo está en la misma red que usted, porque las dos direcciones de red son de distinto tipo (IPv4 e IPv6). Es habitual, también en casa.
origin-unknown-inside = No se puede saber si el dispositivo está en la misma red que usted, porque una de las dos direcciones de red es privada, como las que se usan dentro de una empresa o de una casa.
origin-unknown-proxy = No se puede saber si el dispositivo está en la misma red que usted, porque este servicio solo ve la dirección de su propio servidor proxy.
origin-addresses = Direcciones de red
origin-its-address = Dirección de red del dispositivo
origin-your-address = Su dirección de red

origin-far = Este dispositivo no está en su red
origin-maybe-far = Es posible que este dispositivo no esté en su red
origin-far-advice = Quien quiere entrar en su cuenta hace la solicitud desde lejos y le envía el código. Si no ve el dispositivo delante de usted, elija «Rechazar».
origin-tick = Sé por qué está en otra red, por ejemplo, datos móviles, el trabajo o una VPN
origin-tick-missing = Si sabe por qué el dispositivo está en otra red, marque la casilla y elija «Permitir». Si no, elija «Rechazar».
origin-tick-unknown = He iniciado esto yo, aunque es posible que el dispositivo esté en otra red
origin-tick-unknown-missing = Si fue usted quien inició esto, marque la casilla y elija «Permitir». Si no, elija «Rechazar».

origin-type-code = Introduzca el código de su dispositivo
origin-type-code-why = Esta página se abrió con un enlace o una imagen. Para este dispositivo no basta con eso: lea el código en la pantalla del propio dispositivo e introdúzcalo. Si alguien le envió el enlace, elija «Rechazar».
origin-type-code-go = Introducir el código

origin-not-here = No puede permitir esto desde aquí
origin-not-here-why = Este dispositivo solo se puede permitir desde su propia red. Si lo tiene con usted, conéctese a la misma red, sin datos móviles y sin VPN, y abra esta página de nuevo. Si usted no inició esto, elija «Rechazar».
origin-not-here-again = Abrir esta página de nuevo
