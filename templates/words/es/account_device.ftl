account_device-title = { $name }, { $app }
account_device-title-own = «{ $name }», { $app }
account_device-title-unnamed = Dispositivo sin nombre, { $app }
account_device-unnamed = Dispositivo sin nombre
account_device-of = Sesión iniciada con { $app }
account_device-was-of = Tenía la sesión iniciada con { $app }

account_device-over = La sesión de este dispositivo está cerrada
account_device-over-means = Ya no tiene acceso a su cuenta.
account_device-reported = Ha avisado de este dispositivo
account_device-reported-means = Se ha cerrado la sesión del dispositivo y se ha avisado a los responsables de este servicio.
account_device-reported-password = Si otra persona lo permitió en su nombre, es posible que conozca su contraseña. Elija una nueva: así también se cierra la sesión en todos los demás navegadores y dispositivos.
account_device-change-password = Cambiar la contraseña

account_device-facts = Sobre este dispositivo
account_device-calls-itself = Se identifica como
account_device-unknown = No dice qué es.
account_device-address = Solicitado desde
account_device-address-unknown = dirección de red desconocida
account_device-first-used = Primer uso
account_device-last-used = Último uso
account_device-ends = Sesión iniciada hasta
account_device-ends-at-latest = { $time } ({ $within }) como máximo
account_device-unless-used = Si no se usa, hasta

account_device-rights = Qué puede hacer
account_device-no-rights = No tiene permisos. Solo sabe que usted ha iniciado sesión.
account_device-resources = Tiene acceso a:

account_device-name = El nombre que usted le da
account_device-name-hint = Hasta 64 caracteres. Solo lo ve usted.
account_device-rename = Guardar el nombre
account_device-end = Cerrar la sesión del dispositivo
account_device-end-means = Pierde el acceso de inmediato. Para volver a usarlo, empiece de nuevo en el dispositivo.
account_device-sign-out = Cerrar la sesión en este dispositivo
account_device-mine = ¿No conoce este dispositivo?
account_device-mine-means = Avísenos. Se cierra de inmediato la sesión del dispositivo, y los responsables de este servicio sabrán de dónde vino.
account_device-report = Yo no hice esto
