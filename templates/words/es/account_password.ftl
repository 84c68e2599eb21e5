account_password-title = Cambiar la contraseña
account_password-title-error = Error: Cambiar la contraseña
account_password-heading = Cambiar la contraseña
account_password-ends = Una contraseña nueva cierra la sesión en todos los demás navegadores y en todos los dispositivos. Este navegador mantiene la sesión iniciada.
account_password-current = Contraseña actual
account_password-new = Contraseña nueva
account_password-new-hint = { $count ->
    [one] Al menos { $count } carácter. Conviene usar varias palabras sin relación entre sí.
   *[other] Al menos { $count } caracteres. Conviene usar varias palabras sin relación entre sí.
}
account_password-again = Repetir la contraseña nueva
account_password-submit = Cambiar la contraseña

account_password-wrong = La contraseña actual es incorrecta.
account_password-too-many = Ha habido demasiados intentos. Inténtelo de nuevo { $wait }.
account_password-too-short = { $count ->
    [one] La contraseña nueva es demasiado corta. Use al menos { $count } carácter.
   *[other] La contraseña nueva es demasiado corta. Use al menos { $count } caracteres.
}
account_password-too-long = La contraseña nueva es demasiado larga. Use como máximo 1024 bytes.
account_password-guessable = La contraseña nueva es fácil de adivinar. Elija una que no sea una palabra común, un nombre ni un patrón.
account_password-same = Esa ya es su contraseña. Elija otra.
account_password-not-repeated = Las dos contraseñas nuevas no coinciden. Escriba la nueva dos veces.
