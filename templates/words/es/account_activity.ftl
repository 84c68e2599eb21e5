account_activity-title = Actividad reciente
account_activity-heading = Actividad reciente
account_activity-only = { $count ->
    [one] Solo se muestra la última actividad.
   *[other] Solo se muestran las últimas { $count } actividades.
}

account_activity-allowed = Permitió que { $app } iniciara sesión en un dispositivo.
account_activity-denied = Rechazó { $app }.
account_activity-wrong-pins = Un dispositivo envió un PIN incorrecto demasiadas veces, así que { $app } no inició sesión.
account_activity-reported = Avisó de un dispositivo de { $app } que no conocía.
account_activity-device-signed-in = Un dispositivo inició sesión con { $app }.
account_activity-device-signed-out = Se cerró la sesión de un dispositivo de { $app }.
account_activity-app-signed-out = Se cerró la sesión de todos los dispositivos de { $app }.
account_activity-devices-signed-out = Se cerró la sesión de sus dispositivos.
account_activity-misused = Se cerró la sesión de un dispositivo de { $app } porque su clave se usó dos veces. Es posible que alguien la haya copiado.
account_activity-logged-in = Inició sesión.
account_activity-login-failed = Alguien intentó iniciar sesión con una contraseña incorrecta.
account_activity-login-throttled = Hubo demasiados intentos de inicio de sesión. El inicio de sesión tuvo que esperar.
account_activity-login-locked = Hubo demasiadas contraseñas incorrectas seguidas. El inicio de sesión se bloqueó.
account_activity-codes-locked = Se introdujeron demasiados códigos incorrectos. La introducción de códigos tuvo que esperar.
account_activity-sessions-ended = Cerró la sesión de otro navegador.
account_activity-password-changed = Cambió su contraseña.
account_activity-password-set = Los responsables de este servicio establecieron una contraseña nueva.
account_activity-signed-out-everywhere = Cerró sesión en todas partes.
account_activity-signed-out-by-operator = Los responsables de este servicio cerraron su sesión en todas partes.
account_activity-disabled = Los responsables de este servicio desactivaron su cuenta.
account_activity-enabled = Los responsables de este servicio activaron su cuenta.
account_activity-unlocked = Los responsables de este servicio desbloquearon el inicio de sesión.
account_activity-added = Los responsables de este servicio crearon su cuenta.
