account-title = Su cuenta
account-heading = Su cuenta
account-back = Volver a su cuenta

account-done-password = Se ha cambiado su contraseña. Se ha cerrado la sesión en todos los demás navegadores y en todos los dispositivos.
account-done-name = Se ha guardado el nombre.
account-done-devices = Se ha cerrado la sesión de los dispositivos.
account-done-browsers = Listo. Solo mantienen la sesión iniciada los navegadores de la lista de abajo.
account-done-taken-back = Permiso retirado. El dispositivo no obtiene acceso.
account-done-not-waiting = Este dispositivo ya no está esperando. Si ha iniciado sesión, aparece en la lista de abajo, y allí puede cerrar su sesión.

account-when = { $ago } ({ $time })
account-when-from = { $ago } ({ $time }), desde { $address }
account-ago = { $ago }
account-ago-from = { $ago }, desde { $address }
account-when-ahead = { $time } ({ $within })

account-apps = Aplicaciones y dispositivos
account-apps-none = Ningún dispositivo ha iniciado sesión con su cuenta.
account-app-off = Esta aplicación está desactivada por ahora. Los dispositivos de esta aplicación no pueden hacer nada hasta que se active de nuevo.
account-device-unnamed = Dispositivo sin nombre
account-own-name = «{ $name }»
account-device-used = Último uso: { $ago }
account-device-used-from = Último uso: { $ago }, solicitado desde { $address }
account-device-waiting = Permitido { $ago }. La sesión se inicia cuando el dispositivo vuelva a preguntar.
account-device-take-back = Retirar el permiso
account-app-sign-out = { $count ->
    [one] Cerrar la sesión en { $count } dispositivo de { $app }
   *[other] Cerrar la sesión en los { $count } dispositivos de { $app }
}
account-devices-only = { $count ->
    [one] Solo se muestra el último dispositivo usado.
   *[other] Solo se muestran los últimos { $count } dispositivos usados.
}
account-devices-sign-out = Cerrar la sesión en todos los dispositivos

account-browsers = Navegadores
account-browser-unknown = Navegador desconocido
account-browser-this = Este es el navegador que está usando ahora.
account-browser-since = Inicio de sesión: { $ago }
account-browser-since-from = Inicio de sesión: { $ago }, desde { $address }
account-browser-sign-out = Cerrar sesión
account-browsers-sign-out = Cerrar la sesión en todos los demás navegadores

account-password = Contraseña
account-password-set = Establecida: { $ago }
account-password-change = Cambiar la contraseña

account-activity = Actividad reciente
account-activity-none = No hay actividad reciente.
account-activity-more = Más actividad

account-everywhere = Cerrar sesión en todas partes
account-everywhere-ends = Esto termina todas las sesiones, también esta, y cierra la sesión en todos los dispositivos. Un dispositivo que acabe de permitir tampoco obtiene acceso.
account-everywhere-submit = Cerrar sesión en todas partes
