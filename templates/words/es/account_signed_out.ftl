account_signed_out-title = Sesión cerrada
account_signed_out-heading = Ha cerrado sesión
account_signed_out-means = Nadie tiene la sesión iniciada en este navegador. Si cerró sesión en todas partes, también se ha cerrado en todos los demás navegadores y dispositivos.
account_signed_out-log-in = Iniciar sesión
